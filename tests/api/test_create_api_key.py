"""The command `create_api_key`."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.api_keys import client_with
from users_uc.api_keys import registry
from users_uc.api_keys.registry import MAX_KEYS
from users_uc.models import ApiKey, User

SCOPE = ("--scope", "users:read")


def command(*arguments: str) -> str:
    """Run the command and return its output."""
    output = StringIO()
    call_command("create_api_key", *arguments, stdout=output)
    return output.getvalue()


def test_the_output_is_the_key(bob: User) -> None:
    text = command("BOB@example.com", "--name", "HR export", *SCOPE, "--scope", "imports:write")
    key = ApiKey.objects.get()
    assert (key.owner, key.name, key.expires_at) == (bob, "HR export", None)
    assert key.scopes == ["imports:write", "users:read"]
    assert client_with(text.removesuffix("\n")).get("/api/v1/users/me/").status_code == 200


def test_the_days_are_the_life_of_the_key(bob: User) -> None:
    command(bob.email, "--name", "HR export", *SCOPE, "--days", "30")
    left = ApiKey.objects.values_list("expires_at", flat=True)[0] - timezone.now()  # type: ignore[operator]
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


def test_a_replaced_key_ends(bob: User) -> None:
    arguments = (bob.email, "--name", "HR export", *SCOPE, "--replace")
    old, new = command(*arguments), command(*arguments)
    other = command(bob.email, "--name", "Other", *SCOPE)
    statuses = [
        client_with(t.strip()).get("/api/v1/users/me/").status_code for t in (old, new, other)
    ]
    assert statuses == [401, 200, 200]


def test_the_log_has_created_and_replaced_keys(
    bob: User,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    arguments = (bob.email, "--name", "HR export", *SCOPE, "--replace")
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        texts = [command(*arguments), command(*arguments)]
    messages = [each.message for each in caplog.records if each.name == registry.__name__]
    assert messages == ["API key created", "API key deleted", "API key created"]
    assert not any(text.strip().rsplit("_", 1)[1] in caplog.text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nobody@example.com", "--name", "x", *SCOPE), "no user"),
        (("not an address", "--name", "x", *SCOPE), "no user"),
        (("bob@example.com", "--name", "", *SCOPE), "--name"),
        (("bob@example.com", "--name", "x" * 101, *SCOPE), "--name"),
        (("bob@example.com", "--name", "a\x07b", *SCOPE), "--name"),
        (("bob@example.com", "--name", "x", "--scope", "admin"), "invalid choice"),
        (("bob@example.com", "--name", "x"), "--scope"),
        (("bob@example.com", "--name", "x", *SCOPE, "--days", "0"), "--days"),
        (("bob@example.com", "--name", "x", *SCOPE, "--days", "99999999"), "--days"),
    ],
)
def test_a_wrong_argument_is_named(bob: User, arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        command(*arguments)
    assert not ApiKey.objects.exists()


def test_a_deactivated_user_gets_no_key(bob: User) -> None:
    bob.deactivate()
    with pytest.raises(CommandError, match="deactivated"):
        command(bob.email, "--name", "x", *SCOPE)


def test_a_user_with_too_many_keys_gets_no_more(bob: User) -> None:
    for number in range(MAX_KEYS):
        command(bob.email, "--name", str(number), *SCOPE)
    with pytest.raises(CommandError, match=r"The user bob@example\.com has 20 API keys\. Delete"):
        command(bob.email, "--name", "x", *SCOPE)
