"""The users and the CSV files of a run."""

import secrets
from pathlib import Path

from loadtest.plan import Properties
from local.api_client import ApiClient
from local.files import write_private
from local.users_file import write_users

ROWS = 500
"""The rows of each file. One in twenty is bad."""

_BAD_SHARE = 0.05
_REQUESTS_A_LOOP = 4
_FILES = (10, 500)
"""The minimum and maximum number of files.

If a run needs more uploads, it uploads files again, and their users are skipped.
"""


def random_password() -> str:
    """Return a password that needs no quotes in JSON and CSV."""
    return secrets.token_urlsafe(16)


def make_users(admin: ApiClient, folder: Path, *, count: int, prefix: str) -> None:
    """Create a staff user who may import for each thread, and write `users.csv` with the logins."""
    lines = []
    for number in range(1, count + 1):
        email, password = f"{prefix}staff-{number}@example.com", random_password()
        body = {"email": email, "name": f"Load {number}", "password": password}
        rights = {"is_staff": True, "can_import": True, "current_password": admin.password}
        admin.create("/api/v1/users/", {**body, **rights})
        lines.append(f"{email},{password}\n")
    write_private(folder / "users.csv", "".join(lines))


def make_files(folder: Path, *, count: int, prefix: str) -> None:
    """Write files with different users, and `uploads.csv` with the rows and bad rows of each."""
    lines = []
    for number in range(1, count + 1):
        name = f"import-{number}.csv"
        written = write_users(
            folder / name, ROWS, seed=number, bad_share=_BAD_SHARE, prefix=f"{prefix}{number}-"
        )
        lines.append(f"{name},{written.rows},{written.rows - written.valid}\n")
    (folder / "uploads.csv").write_text("".join(lines), encoding="utf-8")


def files_needed(properties: Properties) -> int:
    """Return about the number of uploads of the run, within the limits of `_FILES`."""
    minimum, maximum = _FILES
    if "loops" in properties:
        uploads = int(properties["users"]) * int(properties["loops"])
    else:
        requests = float(properties["throughput"]) / 60 * float(properties["duration"])
        loops = requests / _REQUESTS_A_LOOP
        uploads = round(loops * float(properties["share_import"]) / 100)
    return max(minimum, min(maximum, uploads))
