"""The superuser who creates the users of the run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher

from loadtest import cleanup
from loadtest.accounts import random_password
from loadtest.database import Database
from loadtest.target import Target
from local.api_client import ApiClient, ApiError
from local.errors import LocalError

_NO_SUPERUSER = (
    "no superuser is known; set ADMIN_EMAIL and ADMIN_PASSWORD to those of a superuser, or load a"
    " system of ./run_local.sh on this machine (--data names its data folder)"
)

_INSERT = """
    INSERT INTO users_uc_user (email, password, is_staff, is_superuser)
    VALUES ('{}', '{}', true, true)
"""


@contextmanager
def administrator(target: Target, database: Database | None, prefix: str) -> Iterator[ApiClient]:
    """Yield a client that is logged in as a superuser.

    The environment names the superuser. For a system of run_local.sh the default is a new
    superuser, who is removed at the end.
    """
    if password := _password_from_env():
        email = os.environ.get("ADMIN_EMAIL") or (target.local and target.local.admin_email)
        if not email:
            raise LocalError(_NO_SUPERUSER)
        with _login(target, email, password) as client:
            yield client
        return
    if target.local is None or database is None:
        raise LocalError(_NO_SUPERUSER)
    with _temporary(target, database, prefix) as client:
        yield client


def _password_from_env() -> str:
    if path := os.environ.get("ADMIN_PASSWORD_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise LocalError(f"ADMIN_PASSWORD_FILE cannot be read: {error}") from None
    return os.environ.get("ADMIN_PASSWORD", "")


def _login(target: Target, email: str, password: str) -> ApiClient:
    try:
        client = ApiClient.log_in(target.url, email, password)
    except ApiError as error:
        raise LocalError(_advice(error, email)) from error
    if not client.status("/api/v1/users/me/")["is_superuser"]:
        raise LocalError(
            f"{email} is not a superuser; only a superuser can create staff users who may import"
        )
    return client


def _advice(error: ApiError, email: str) -> str:
    if error.status == 401:
        return f"{email} cannot log in; correct ADMIN_EMAIL and ADMIN_PASSWORD"
    if error.status == 429:
        return f"too many logins from this IP address; try again in {error.retry_after} s"
    return str(error)


@contextmanager
def _temporary(target: Target, database: Database, prefix: str) -> Iterator[ApiClient]:
    email, password = f"{prefix}admin@example.com", random_password()
    database.run(_INSERT.format(email, f"argon2{PasswordHasher().hash(password)}"))
    try:
        with _login(target, email, password) as client:
            yield client
    finally:
        cleanup.remove_users(database, email)
