"""The users and the files of a run."""

import secrets
from pathlib import Path

from loadtest.plan import Properties
from local.api_client import ApiClient
from local.files import write_private
from local.users_file import write_users

ROWS = 500
"""Of each file; one in twenty is bad."""

_BAD_SHARE = 0.05
_REQUESTS_A_LOOP = 4
_FILES = (10, 500)
"""At least and at most. When all are sent, they are sent again and their people are skipped."""


def made_up_password() -> str:
    """Safe in JSON and in CSV."""
    return secrets.token_urlsafe(16)


def make_users(admin: ApiClient, folder: Path, *, count: int, prefix: str) -> None:
    """Staff who may import, one for each thread; `users.csv` has their passwords."""
    lines = []
    for number in range(1, count + 1):
        email, password = f"{prefix}staff-{number}@example.com", made_up_password()
        body = {"email": email, "name": f"Load {number}", "password": password}
        admin.create("/api/users/", {**body, "is_staff": True, "can_import": True})
        lines.append(f"{email},{password}\n")
    write_private(folder / "users.csv", "".join(lines))


def make_files(folder: Path, *, count: int, prefix: str) -> None:
    """Each with people of its own; `uploads.csv` says how many rows each has and how many bad."""
    lines = []
    for number in range(1, count + 1):
        name = f"people-{number}.csv"
        written = write_users(
            folder / name, ROWS, seed=number, bad_share=_BAD_SHARE, prefix=f"{prefix}{number}-"
        )
        lines.append(f"{name},{written.rows},{written.rows - written.valid}\n")
    (folder / "uploads.csv").write_text("".join(lines), encoding="utf-8")


def files_needed(properties: Properties) -> int:
    """About as many as will be sent."""
    least, most = _FILES
    if "loops" in properties:
        sent = int(properties["users"]) * int(properties["loops"])
    else:
        requests = float(properties["throughput"]) / 60 * float(properties["duration"])
        loops = requests / _REQUESTS_A_LOOP
        sent = round(loops * float(properties["share_import"]) / 100)
    return max(least, min(most, sent))
