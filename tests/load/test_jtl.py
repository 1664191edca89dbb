"""The reader of JMeter's results."""

from pathlib import Path

import pytest

from loadtest.jtl import read_samples
from local.errors import LocalError
from tests.load.results import row, write_jtl

CREATED = ("17", "load-x-created-1@example.com", "Created 1", "null", "NONE", "")


def test_a_request_has_the_variables_that_the_plan_extracted(tmp_path: Path) -> None:
    (read,) = read_samples(write_jtl(tmp_path / "a.jtl", row("POST users", *CREATED, code="201")))
    assert (read.label, read.code, read.elapsed, read.ok) == ("POST users", "201", 10, True)
    assert read.end == read.start + 10
    assert read.values == {
        "user_id": "17",
        "user_email": "load-x-created-1@example.com",
        "user_name": "Created 1",
    }


def test_the_error_of_an_assertion_is_one_line(tmp_path: Path) -> None:
    failure = 'Test failed: code expected to equal /\n\n*** received "404"\n/'
    path = write_jtl(tmp_path / "a.jtl", row("GET users", code="404", failure=failure))
    (read,) = read_samples(path)
    assert not read.ok
    assert read.error == 'Test failed: code expected to equal / *** received "404" /'


def test_a_request_without_an_answer_has_the_error_of_the_connection(tmp_path: Path) -> None:
    code = "Non HTTP response code: java.net.ConnectException"
    path = write_jtl(tmp_path / "a.jtl", row("GET users", code=code, failure="no 200"))
    assert read_samples(path)[0].error == "OK"  # the row's message, not the assertion's


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "lacks the columns allThreads, created, "),
        ("<testResults>\n", "lacks the columns"),
    ],
)
def test_another_format_is_an_error(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.jtl"
    path.write_text(content)
    with pytest.raises(LocalError, match=message):
        read_samples(path)


def test_results_without_requests_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="contains no requests"):
        read_samples(write_jtl(tmp_path / "a.jtl"))


def test_the_error_names_a_truncated_line(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="line 3 is damaged"):
        read_samples(write_jtl(tmp_path / "a.jtl", row("GET users"), "1795471841697,"))
