"""The administrator who makes the users of the run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher

from loadtest import cleanup
from loadtest.accounts import made_up_password
from loadtest.database import Database
from loadtest.target import Target
from local.api_client import ApiClient, RefusedError
from local.errors import LocalError

_MISSING = (
    "set ADMIN_EMAIL and ADMIN_PASSWORD to those of a superuser, or load a system that "
    "./run_local.sh has started on this machine (--data names its folder)"
)

_INSERT = """
    INSERT INTO users_uc_user (email, password, is_staff, is_superuser)
    VALUES ('{}', '{}', true, true)
"""


@contextmanager
def administrator(target: Target, database: Database | None, prefix: str) -> Iterator[ApiClient]:
    """The one that the environment names, else a superuser of this run in run_local.sh's system."""
    if given := _given_password():
        email = os.environ.get("ADMIN_EMAIL") or (target.local and target.local.admin_email)
        if not email:
            raise LocalError(_MISSING)
        with _login(target, email, given) as client:
            yield client
        return
    if target.local is None or database is None:
        raise LocalError(_MISSING)
    with _temporary(target, database, prefix) as client:
        yield client


def _given_password() -> str:
    if path := os.environ.get("ADMIN_PASSWORD_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise LocalError(f"ADMIN_PASSWORD_FILE cannot be read: {error}") from None
    return os.environ.get("ADMIN_PASSWORD", "")


def _login(target: Target, email: str, password: str) -> ApiClient:
    try:
        client = ApiClient(target.url, email, password)
    except RefusedError as error:
        raise LocalError(_advice(error, email)) from error
    if not client.status("/api/users/me/")["is_superuser"]:
        raise LocalError(f"{email} is no superuser, but only one can make staff who may import")
    return client


def _advice(error: RefusedError, email: str) -> str:
    if error.status == 401:
        return f"{email} cannot log in with ADMIN_PASSWORD; see ADMIN_EMAIL and ADMIN_PASSWORD"
    if error.status == 429:
        return f"too many logins from here: try again in {error.retry_after} s"
    return str(error)


@contextmanager
def _temporary(target: Target, database: Database, prefix: str) -> Iterator[ApiClient]:
    email, password = f"{prefix}admin@example.com", made_up_password()
    database.run(_INSERT.format(email, f"argon2{PasswordHasher().hash(password)}"))
    try:
        with _login(target, email, password) as client:
            yield client
    finally:
        cleanup.remove_users(database, email)
