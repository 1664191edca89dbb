"""Hooks of Schemathesis, which loads this module into its own process.

They send the requests as a caller. A request may take away the rights, the password or the account
of the caller; then a new caller continues, because every further answer would be the same 401.
Generated values that are valid but useless (a wrong password, a taken e-mail address, an unknown
id) are replaced, so that more requests get past the first 400.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import psycopg
import schemathesis
from hypothesis import strategies

from tests.stacks import PASSWORD

type Case = schemathesis.Case[Any]

ANSWERS: Final = Path(os.environ["ANSWERS"])
KIND: Final = os.environ["CALLER_KIND"]
DATABASE: Final = psycopg.connect(os.environ["SERVICE_DATABASE"], autocommit=True)
SERVICE: Final = httpx.Client(base_url=os.environ["SERVICE_URL"], trust_env=False, timeout=60)
MARK: Final = "Bearer of-the-caller"
PROMOTE: Final = "UPDATE users_uc_user SET is_superuser = true WHERE email = %s"
NEWEST_USER: Final = "SELECT max(id) FROM users_uc_user"
NEWEST_WEBHOOK: Final = "SELECT max(id) FROM webhooks_webhook"
JOBS: Final = "SELECT id FROM tasks_importjob"
_SCOPES: Final = ["users:read"]
ENDED_DELIVERY: Final = """
    INSERT INTO webhooks_delivery (webhook_id, event_type, data, status, finished_at)
    VALUES (%s, 'webhook.test', '{}', 'failed', now()) RETURNING id
"""
MAY_BE_EMPTY: Final = frozenset({
    *("mode", "match", "date_order", "on_error", "max_errors", "language"),
    *("delimiter", "encoding", "sheet", "update", "clear_with", "client_reference"),
})  # fmt: skip
"""An empty option of an upload counts as omitted, which an OpenAPI schema cannot say plainly."""
BOOLEANS: Final = {"is_active", "dry_run", "invite", "must_change_password", "notify"}
"""A form or a query may also have words for these, such as `yes`."""
PASSWORDS: Final = {"password", "current_password", "new_password"}

# Random bytes are no file that can be imported, and the other operations need an import.
schemathesis.openapi.format(
    "binary",
    strategies.integers(0, 999).map(lambda n: f"email\nann{n}@example.com\nbad\n".encode()),
)


def new_email() -> str:
    """Return an e-mail address that no user has."""
    return f"{uuid4().hex}@example.com"


class Caller:
    """A registered user, who is a superuser if the tests ask for one."""

    def __init__(self) -> None:
        self.email = new_email()
        self._login = {"email": self.email, "password": PASSWORD}
        SERVICE.post("/api/v1/register/", json=self._login).raise_for_status()
        if KIND == "superuser":
            DATABASE.execute(PROMOTE, [self.email])
        self.authorization = f"Bearer {self.tokens()['access']}"

    def tokens(self) -> dict[str, str]:
        """Log in and return the tokens."""
        answer = SERVICE.post("/api/v1/auth/login/", json=self._login).raise_for_status()
        return dict(answer.json())

    def key(self) -> str:
        """Return the id of one of the caller's API keys."""
        headers, body = {"Authorization": self.authorization}, {"name": "x", "scopes": _SCOPES}
        known = SERVICE.get("/api/v1/keys/", headers=headers).json().get("results")
        key = (
            known[0] if known else SERVICE.post("/api/v1/keys/", headers=headers, json=body).json()
        )
        return str(key.get("id", 1))

    def is_unchanged(self) -> bool:
        """Return whether the token still works and gives the same rights."""
        headers = {"Authorization": self.authorization}
        answer = SERVICE.get("/api/v1/users/me/", headers=headers)
        return answer.is_success and answer.json()["is_superuser"] == (KIND == "superuser")


class Callers:
    """The current caller, and a new one after a caller has lost its rights."""

    def __init__(self) -> None:
        self._last = Caller()

    def current(self) -> Caller:
        """Return the caller of the next request."""
        if not self._last.is_unchanged():
            self._last = Caller()
        return self._last


CALLERS: Final = Callers()


class Signature:
    """A placeholder for the token, because requests are generated long before they are sent."""

    def get(self, case: Case, context: schemathesis.AuthContext) -> str:
        """Return the placeholder."""
        return MARK

    def set(self, case: Case, data: str, context: schemathesis.AuthContext) -> None:
        """Set the header. Checks of Schemathesis may remove or replace it."""
        case.headers["Authorization"] = data


if KIND != "anonymous":
    schemathesis.auth(refresh_interval=None)(Signature)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Put the token and the known values into a request before it is sent."""
    caller = CALLERS.current()
    if case.headers.get("Authorization") == MARK:
        case.headers["Authorization"] = caller.authorization
    if re.fullmatch("[!-~]{1,200}", case.headers.get("Idempotency-Key", "")):
        case.headers["Idempotency-Key"] += uuid4().hex
    if re.fullmatch('(W/)?"[!#-~]*"', case.headers.get("If-Match", "")):
        case.headers["If-Match"] = "*"
    # An empty parameter of another method is a 400.
    case.query.update(_plain(case.query, MAY_BE_EMPTY if case.method == "POST" else frozenset()))
    case.path_parameters.update(_existing(case, caller))
    if isinstance(case.body, dict):
        # In place: Schemathesis validates a new body again.
        if "file" in case.body:
            case.body.update(_plain(case.body, MAY_BE_EMPTY))
        case.body.update(_known(case, case.body, caller))


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: Case, response: schemathesis.Response
) -> None:
    """Write a line for each answer, from which the test reads the successful operations."""
    if case.method == case.operation.method.upper():
        with ANSWERS.open("a", encoding="utf-8") as file:
            file.write(f"{response.status_code} {case.operation.label}\n")


def _plain(values: dict[str, Any], may_be_empty: frozenset[str]) -> dict[str, str]:
    """Replace values of a form or a query that only the service takes by invalid ones."""
    empty = {name for name in may_be_empty & values.keys() if values[name] in ("", None, [], {})}
    words = {name for name in BOOLEANS & values.keys() if not isinstance(values[name], bool)}
    return dict.fromkeys(empty | words, "?")


def _existing(case: Case, caller: Caller) -> Iterator[tuple[str, Any]]:
    """Replace most unknown ids by existing ones."""
    match case.path_parameters:
        case {"id": _} if case.operation.path.startswith("/api/v1/keys/") and KIND != "anonymous":
            yield "id", int(caller.key())
        case {"id": _} if case.operation.path.startswith("/api/v1/webhooks/"):
            yield from _webhook(case)
        case {"id": number} if re.fullmatch("[0-9]{1,18}", str(number)):
            (newest,) = DATABASE.execute(NEWEST_USER).fetchone() or (1,)
            yield "id", (int(number) - 1) % newest + 1
        case {"task_id": str(text)} if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-.{12}", text):
            job, jobs = UUID(text), [row[0] for row in DATABASE.execute(JOBS)]
            if jobs and job not in jobs and job.int % 4:
                yield "task_id", str(jobs[job.int % len(jobs)])


def _webhook(case: Case) -> Iterator[tuple[str, Any]]:
    """Replace the ids by those of the newest webhook and of one of its deliveries."""
    (newest,) = DATABASE.execute(NEWEST_WEBHOOK).fetchone() or (None,)
    if newest is None:
        return
    yield "id", int(newest)
    if "delivery_id" in case.path_parameters:
        (delivery,) = DATABASE.execute(ENDED_DELIVERY, [newest]).fetchone() or (None,)
        yield "delivery_id", str(delivery)


def _of_now(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Replace values that depend on the time and on the declared attributes, which are none."""
    if isinstance(body.get("attributes"), dict):
        yield "attributes", {}
    if re.match("[0-9]{4}-", str(body.get("expires_at", ""))):
        yield "expires_at", "2099-12-31T00:00:00Z"


def _known(case: Case, body: dict[str, Any], caller: Caller) -> Iterator[tuple[str, Any]]:
    """Replace values that can only be guessed by known ones."""
    given = {name: value for name, value in body.items() if isinstance(value, str) and value}
    for name in PASSWORDS & given.keys():
        if len(given[name]) <= len(PASSWORD):
            yield name, PASSWORD
    yield from _of_now(body)
    if 0 < len(given.get("refresh", "")) <= 100 and KIND != "anonymous":
        yield "refresh", caller.tokens()["refresh"]
    if case.operation.path == "/api/v1/auth/login/":
        if 0 < len(given.get("email", "")) <= 254:
            yield "email", caller.email
    elif re.fullmatch(r"\w+@\w+\.\w+", given.get("email", "")):
        yield "email", new_email()
