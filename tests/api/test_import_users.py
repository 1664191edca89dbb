"""The command `import_users`: its answers and its exit codes."""

import json
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tasks.management.commands import import_users
from tasks.models import ImportJob
from tests.imports import outcome, run
from users_uc.models import User

pytestmark = pytest.mark.django_db

GOOD = "email,name\nann@x.com,Ann\nben@x.com,Ben\n"
MIXED = "email,name\nann@x.com,Ann\nnobody,Ben\n"
BAD = "email,name\nnobody,Ann\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with two users."""
    path = tmp_path / "people.csv"
    path.write_text(GOOD)
    return path


def command(*arguments: str | Path) -> tuple[int, str]:
    """Run the command and return its exit code and its output."""
    output = StringIO()
    try:
        call_command("import_users", *map(str, arguments), stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue().strip()
    return 0, output.getvalue().strip()


def document(*arguments: str | Path) -> tuple[int, Any]:
    """Run the command with --json and return its exit code and its document."""
    code, output = command(*arguments, "--json")
    return code, json.loads(output)


def ended(path: Path, owner: User, *arguments: str) -> tuple[int, str]:
    """Import the file, and wait for it with the same key."""
    repeatable: tuple[str | Path, ...] = (
        path,
        "--owner",
        owner.email,
        "--idempotency-key",
        "nightly",
        *arguments,
    )
    command(*repeatable)
    run(ImportJob.objects.get())
    return command(*repeatable, "--wait")


def test_the_file_is_queued_as_an_upload_of_its_owner(file: Path, bob: User) -> None:
    code, output = command(file, "--owner", bob.email, "--mode", "upsert", "--must-change-password")
    job = ImportJob.objects.get()
    assert (code, output) == (0, f"The import {job.id} is queued.")
    assert (job.owner, job.file_name, job.file_size) == (bob, "people.csv", len(GOOD))
    assert job.options == {"mode": "upsert", "must_change_password": True}
    assert outcome(run(job)) == {"rows": 2, "created": 2}


def test_every_option_of_an_upload_is_an_argument(file: Path, bob: User) -> None:
    arguments = (
        *("--columns", '{"E-Mail": "email", "name": null}', "--update", "name,phone"),
        *("--delimiter", "semicolon", "--encoding", "latin-1", "--clear-with", "NULL"),
        *("--on-error", "abort", "--max-errors", "2.5%", "--dry-run", "--date-order", "dmy"),
    )
    file.write_text("E-Mail;name\nann@x.com;Ann\n")
    assert command(file, "--owner", bob.email, *arguments)[0] == 0
    assert ImportJob.objects.get().options == {
        "columns": {"E-Mail": "email", "name": None},
        "update": ["name", "phone"],
        "delimiter": ";",
        "encoding": "iso-8859-1",
        "clear_with": "NULL",
        "on_error": "abort",
        "max_errors": "2.5%",
        "dry_run": True,
        "date_order": "dmy",
    }


def test_the_file_can_come_from_the_standard_input(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(GOOD.encode())))
    code, accepted = document("-", "--owner", bob.email)
    job = ImportJob.objects.get()
    assert (code, accepted) == (
        0,
        {
            "task_id": str(job.id),
            "status": "PENDING",
            "status_url": f"/api/v1/imports/{job.id}/",
        },
    )
    assert outcome(run(job)) == {"rows": 2, "created": 2}


@pytest.mark.parametrize(
    ("content", "code", "outcome"),
    [(GOOD, 0, "complete"), (MIXED, 3, "partial"), (BAD, 1, "nothing")],
)
def test_the_exit_code_tells_the_outcome(
    file: Path, bob: User, content: str, code: int, outcome: str
) -> None:
    file.write_text(content)
    found, output = ended(file, bob, "--json")
    status = json.loads(output)
    assert (found, status["outcome"], status["status"]) == (code, outcome, "SUCCESS")
    assert status["links"]["self"] == f"/api/v1/imports/{status['task_id']}/"


def test_an_import_that_fails_as_a_whole_is_nothing(file: Path, bob: User) -> None:
    file.write_text(MIXED)
    code, output = ended(file, bob, "--on-error", "abort")
    assert code == 1
    assert "has ended: nothing." in output
    assert "nothing was imported. Correct these rows" in output


def test_a_person_reads_the_counts_and_the_rejected_rows(file: Path, bob: User) -> None:
    file.write_text(MIXED)
    code, output = ended(file, bob)
    assert (code, output.splitlines()) == (
        3,
        [
            f"The import {ImportJob.objects.get().id} has ended: partial.",
            "rows 2, created 1, updated 0, unchanged 0, skipped 0, failed 1, not_loaded 0",
            "line 3, email: This is not a valid e-mail address.",
        ],
    )


def test_a_wait_ends_after_its_timeout(file: Path, bob: User) -> None:
    arguments = (file, "--owner", bob.email, "--wait", "--timeout", "0")
    with pytest.raises(CommandError, match=r"has not ended\. It goes on\. Waited 0 s") as raised:
        command(*arguments)
    assert raised.value.returncode == 4
    code, answer = document(*arguments, "--idempotency-key", "nightly")
    assert (code, answer["error"]["code"]) == (4, "not_ended")
    assert set(ImportJob.objects.values_list("status", flat=True)) == {"PENDING"}


def test_a_timeout_of_zero_finds_the_end(file: Path, bob: User) -> None:
    assert ended(file, bob, "--timeout", "0")[0] == 0


def test_an_import_that_was_deleted_meanwhile_is_an_error(
    file: Path, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "load_status", lambda job_id: None)
    file_key = (file, "--owner", bob.email, "--idempotency-key", "nightly")
    command(*file_key)
    run(ImportJob.objects.get())
    code, answer = document(*file_key, "--wait")
    assert (code, answer["error"]["code"]) == (1, "import_deleted")


@pytest.mark.parametrize(
    ("path", "owner", "error"),
    [
        ("missing.csv", "bob@example.com", "file_not_readable"),
        (".", "bob@example.com", "file_not_readable"),
        ("people.csv", "nobody@x.com", "unknown_owner"),
    ],
)
def test_json_has_the_errors_of_the_command(
    file: Path, bob: User, path: str, owner: str, error: str
) -> None:
    code, answer = document(file.parent / path, "--owner", owner)
    assert (code, answer["error"]["code"], answer.keys()) == (1, error, {"error", "trace_id"})
    with pytest.raises(CommandError) as raised:
        command(file.parent / path, "--owner", owner)
    assert (str(raised.value), raised.value.returncode) == (answer["error"]["message"], 1)


def test_a_wrong_option_gets_the_answer_of_the_api(file: Path, bob: User) -> None:
    code, answer = document(file, "--owner", bob.email, "--mode", "replace")
    assert (code, answer["error"]["code"]) == (1, "invalid")
    assert answer["error"]["fields"]["mode"][0]["code"] == "invalid_choice"
    with pytest.raises(CommandError, match='mode: "replace" is not one of the choices'):
        command(file, "--owner", bob.email, "--mode", "replace")


@pytest.mark.parametrize("key", ["", "é", "k" * 256, "\n"])
def test_a_malformed_key_is_refused_as_in_the_header(file: Path, bob: User, key: str) -> None:
    code, answer = document(file, "--owner", bob.email, "--idempotency-key", key)
    assert (code, list(answer["error"]["fields"])) == (1, ["Idempotency-Key"])
    assert not ImportJob.objects.exists()


def test_a_file_that_is_no_table_is_refused(file: Path, bob: User) -> None:
    file.write_bytes(b"%PDF-1.7\n")
    code, answer = document(file, "--owner", bob.email)
    assert (code, answer["error"]["code"]) == (1, "not_csv")
    assert not ImportJob.objects.exists()


def test_a_large_file_is_refused(file: Path, bob: User, settings: Settings) -> None:
    settings.MAX_UPLOAD_SIZE = len(GOOD) - 1
    code, answer = document(file, "--owner", bob.email)
    assert (code, answer["error"]["code"]) == (1, "too_large")
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_an_owner_without_the_permission_is_refused(file: Path, charlie: User) -> None:
    code, answer = document(file, "--owner", charlie.email)
    assert (code, answer["error"]["code"]) == (1, "permission_denied")


def test_an_owner_with_too_many_imports_is_refused(
    file: Path, bob: User, settings: Settings
) -> None:
    settings.IMPORT_MAX_WAITING = 1
    assert command(file, "--owner", bob.email)[0] == 0
    code, answer = document(file, "--owner", bob.email)
    assert (code, answer["error"]["code"]) == (1, "too_many_imports")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["people.csv", "--owner", "nobody@x.com"], "no user with the e-mail address nobody@x.com"),
        (["missing.csv", "--owner", "bob@example.com"], r"missing\.csv cannot be read: No such"),
        (["people.csv"], "required: --owner"),
        (["people.csv", "--owner", "bob@example.com", "--timeout", "-5"], "-5 is negative"),
        (["people.csv", "--owner", "bob@example.com", "--timeout", "1h"], "--timeout"),
    ],
)
def test_a_wrong_argument_is_named(
    file: Path, bob: User, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(file.parent)
    with pytest.raises(CommandError, match=message):
        command(*arguments)
