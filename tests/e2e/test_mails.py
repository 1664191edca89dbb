"""The mails of an account, from its activation to its deactivation, over SMTP."""

import io
from typing import Any

import httpx
import pytest

from local.api_client import ApiClient
from local.stack import Stack
from local.waiting import wait_until
from tests.mails import Mailbox
from tests.stacks import as_admin, await_end

pytestmark = pytest.mark.xdist_group("stack")
FIRST, SECOND, THIRD = "a phrase for Gil", "another phrase for Gil", "the third phrase"


def post(stack: Stack, path: str, body: dict[str, Any], *, token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.post(
        f"{stack.base_url}{path}", json=body, headers=headers, trust_env=False, timeout=30
    )


def await_link(letterbox: Mailbox, email: str, path: str, *, number: int = 1) -> dict[str, str]:
    """Wait for the mail with this number to an address and return the values of its link."""
    wait_until(lambda: len(letterbox.to(email)) == number, timeout=30, what="a mail must come")
    return letterbox.link_to(email, path)


def test_an_account_from_its_beginning_to_its_end(stack: Stack, letterbox: Mailbox) -> None:
    old, new = "gil@example.com", "gil@example.org"
    post(stack, "/api/v1/register/", {"email": old, "password": FIRST, "name": "Gil"})
    link = await_link(letterbox, old, "activate")
    assert post(stack, "/api/v1/users/activation/", link).status_code == 204

    assert post(stack, "/api/v1/users/reset_password/", {"email": old}).status_code == 204
    link = await_link(letterbox, old, "password/reset/confirm", number=2)
    body = {**link, "new_password": SECOND}
    assert post(stack, "/api/v1/users/reset_password_confirm/", body).status_code == 204

    with ApiClient.log_in(stack.base_url, old, SECOND) as gil:
        body = {"current_password": SECOND, "new_email": new}
        assert post(stack, "/api/v1/users/set_email/", body, token=gil.token).status_code == 204
    link = await_link(letterbox, new, "email/confirm")
    assert post(stack, "/api/v1/users/set_email_confirm/", link).status_code == 204

    with ApiClient.log_in(stack.base_url, new, SECOND) as gil:
        body = {"current_password": SECOND}
        assert post(stack, "/api/v1/users/me/deactivate/", body, token=gil.token).status_code == 204
    assert post(stack, "/api/v1/auth/login/", {"email": new, "password": SECOND}).status_code == 401


def test_an_imported_and_invited_user_can_log_in(stack: Stack, letterbox: Mailbox) -> None:
    email = "hana@example.com"
    with as_admin(stack) as admin:
        file = io.BytesIO(f"email,name\n{email},Hana\n".encode())
        url = admin.send(file, name="people.csv", invite="true", language="pt-br")
        assert await_end(admin, url, within=30)["status"] == "SUCCESS"
    link = await_link(letterbox, email, "password/reset/confirm")
    assert letterbox.to(email)[0]["Subject"] == "Accounts API: você tem uma conta"
    body = {**link, "new_password": THIRD}
    assert post(stack, "/api/v1/users/reset_password_confirm/", body).status_code == 204
    with ApiClient.log_in(stack.base_url, email, THIRD) as hana:
        assert hana.status(f"{stack.base_url}/api/v1/users/me/")["email_verified"] is True
