"""The reference importer itself, on small files with obvious results."""

import gzip
from dataclasses import replace
from random import Random

import pytest

from tests.oracle.messy import messy_file
from tests.oracle.reference import Expected, expected
from tests.oracle.users import UserRow

ANN = UserRow(email="ann@x.com", name="Ann", phone="1")


def results(outcome: Expected) -> list[tuple[int, int, str, str, str]]:
    """Return line, record, outcome, column and code of all records."""
    return [(r.line, r.record, r.outcome, r.column, r.code) for r in outcome.results]


def test_every_record_has_a_line_and_a_result() -> None:
    data = b'Email;Nome\r\n"a@x.com";"two\r\nlines"\r\n\r\nbad;B\r\nA@X.com;again\r\nc@x.com\r\n'
    outcome = expected(data, {}, {})
    assert results(outcome) == [
        (2, 1, "created", "", ""),
        (5, 2, "failed", "email", "invalid_email"),
        (6, 3, "failed", "email", "duplicate_in_file"),
        (7, 4, "failed", "", "too_few_columns"),
    ]
    assert outcome.users == {
        "a@x.com": UserRow(email="a@x.com", name="two\r\nlines", imported=True)
    }
    assert outcome.file == {
        "encoding": "utf-8",
        "delimiter": ";",
        "compression": None,
        "header_line": 1,
    }


def test_a_row_of_labels_is_no_record() -> None:
    outcome = expected(b"EMAIL,FIRSTNAME\nE-mail,First Name\na@x.com,Ann\n", {}, {})
    assert results(outcome) == [(3, 1, "created", "", "")]


@pytest.mark.parametrize(
    ("row", "mode", "outcome", "after"),
    [
        ("ann@x.com,Ann,1", "create", "skipped", ANN),
        ("ann@x.com,Bo,2", "create", "skipped", ANN),
        ("ann@x.com,,", "upsert", "unchanged", ANN),
        ("ann@x.com,Ann,1", "upsert", "unchanged", ANN),
        ("ANN@x.com, Bo ,", "upsert", "updated", UserRow(email="ann@x.com", name="Bo", phone="1")),
    ],
)
def test_only_an_upsert_changes_existing_users(
    row: str, mode: str, outcome: str, after: UserRow
) -> None:
    found = expected(f"email,name,phone\n{row}\n".encode(), {"mode": mode}, {"ann@x.com": ANN})
    assert [result.outcome for result in found.results] == [outcome]
    assert found.users == {"ann@x.com": after}


def test_staff_are_never_changed() -> None:
    staff = UserRow(email="ann@x.com", is_staff=True)
    found = expected(b"email,name\nann@x.com,Ann\n", {"mode": "upsert"}, {"ann@x.com": staff})
    assert (found.counts["skipped"], found.users) == (1, {"ann@x.com": staff})


@pytest.mark.parametrize(
    ("cells", "outcome", "name"),
    [("Bo,yes", "skipped", "Ann"), ("Bo,no", "updated", "Bo"), ("Bo,", "updated", "Bo")],
)
def test_an_own_deactivation_is_kept(cells: str, outcome: str, name: str) -> None:
    ann = replace(ANN, is_active=False, deactivated_by_user=True)
    data = f"email,name,is_active\nann@x.com,{cells}\n".encode()
    found = expected(data, {"mode": "upsert"}, {"ann@x.com": ann})
    assert [(r.outcome, r.stays_inactive) for r in found.results] == [
        (outcome, outcome == "skipped")
    ]
    assert found.users == {"ann@x.com": replace(ann, name=name)}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"on_error": "abort"}, "aborted"),
        ({"max_errors": "0"}, "too_many_errors"),
        ({"max_errors": "49.9%"}, "too_many_errors"),
        ({"max_errors": "50%"}, ""),
        ({"max_errors": "1"}, ""),
    ],
)
def test_error_limits_apply_to_the_whole_file(options: dict[str, str], error: str) -> None:
    found = expected(b"email\na@x.com\nbad\n", options, {})
    assert found.error == error
    assert found.counts["not_loaded" if error else "created"] == 1
    assert bool(found.users) != bool(error)


@pytest.mark.parametrize(
    ("data", "encoding", "name"),
    [
        ("email,name\na@x.com,é\n".encode(), "utf-8", "é"),
        ("email,name\na@x.com,é\n".encode("utf-8-sig"), "utf-8-sig", "é"),
        ("email,name\na@x.com,é\n".encode("cp1252"), "windows-1252", "é"),
        (b"\xff\xfe" + "email,name\na@x.com,é\n".encode("utf-16-le"), "utf-16-le", "é"),
        ("email,name\na@x.com,é\n".encode("utf-16-le"), "utf-16-le", "é"),
        ("email,name\na@x.com,é\n".encode("utf-16-be"), "utf-16-be", "é"),
        (gzip.compress(b"email,name\na@x.com,e\n", mtime=0), "utf-8", "e"),
    ],
)
def test_the_encoding_is_detected_from_the_whole_file(
    data: bytes, encoding: str, name: str
) -> None:
    found = expected(data, {}, {})
    assert (found.file["encoding"], found.users["a@x.com"].name) == (encoding, name)


def test_the_same_seed_makes_the_same_file() -> None:
    """Fails if the order of a set or dictionary of strings gets into a file."""
    assert messy_file(Random("a/1")) == messy_file(Random("a/1"))  # noqa: S311


def test_messy_files_produce_every_outcome_and_code() -> None:
    """Fails if a kind of error is no longer generated, so that no test covers it."""
    codes, outcomes, stays_inactive = set(), set(), set()
    for number in range(800):
        file = messy_file(Random(f"known/{number}"))  # noqa: S311
        users = {user.email: user for user in file.users}
        options = {"mode": "upsert"} | file.options
        found = expected(file.data, options, users, attributes=file.attributes)
        codes |= {result.code for result in found.results} | {found.refused, found.error}
        outcomes |= {result.outcome for result in found.results}
        stays_inactive |= {result.stays_inactive for result in found.results}
    assert outcomes == {"created", "updated", "unchanged", "skipped", "failed"}
    assert stays_inactive == {True, False}
    assert codes == {
        *("", "empty_file", "missing_header", "duplicate_header", "missing_email_column"),
        *("ambiguous_column", "missing_external_id_column", "not_csv", "unclosed_quote"),
        *("unknown_column", "missing_email", "invalid_email", "duplicate_in_file"),
        *("missing_external_id", "duplicate_external_id", "conflicting_identity", "email_taken"),
        *("too_few_columns", "too_many_columns", "invalid_quoting", "field_too_long"),
        *("invalid_utf8", "undecodable", "nul_byte", "control_character", "invalid_boolean"),
        *("weak_password", "invalid_password_hash", "invalid_attribute", "missing_attribute"),
    }
