"""Comparison of the commands and answers in a document with a running system."""

from pathlib import Path

import pytest

from tests.e2e import walkthrough

URL = "http://127.0.0.1:4711"
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
OBJECT = '{\n    "a": {\n        "x": 1,\n        ...\n    },\n    "b": 2\n}\n'


def document(*answers: str) -> str:
    """Return a document of one command for each answer."""
    return "".join(f"Text.\n\n```bash\ntrue\n```\n\n```text\n{answer}```\n" for answer in answers)


def updated(text: str, *answers: str) -> str:
    return walkthrough.updated(text, walkthrough.blocks(text), answers)


@pytest.mark.parametrize(
    ("written", "real"),
    [
        ('"id": 3,\n', '"id": 99095,\n'),
        ('"at": "2026-11-23T19:59:44.033480Z"\n', '"at": "2027-01-01T00:00:00Z"\n'),
        (f'"trace_id": "{"0" * 32}"\n', f'"trace_id": "{"f" * 32}"\n'),
        (f"{ONE} {TWO}\n", f"{TWO} {ONE}\n"),
        ("demo: .../demo.csv: 5 rows\n", "demo: /tmp/demo.csv: 5 rows\n"),
        ("...\nlast\n", "first\nsecond\nlast\n"),
        (OBJECT, OBJECT.replace("...", '"y": [\n            1\n        ]')),
    ],
)
def test_variable_values_and_omitted_lines_are_no_difference(written: str, real: str) -> None:
    text = document(written)
    assert updated(text, real) == text


@pytest.mark.parametrize(
    ("written", "real"),
    [
        ('"created": 2,\n', '"created": 3,\n'),
        ('"results": [\n    ...\n]\n', '"results": []\n'),
        ("204\n", "204\n204\n"),
        ("204\n", ""),
        ("", "curl: (7) Failed to connect\n"),
        (f"{ONE} {ONE}\n", f"{ONE} {TWO}\n"),
        (f"{ONE} {TWO}\n", f"{ONE} {ONE}\n"),
        (OBJECT, OBJECT.replace("...", '"y": 1').replace('"b"', '"c": 3,\n    "b"')),
    ],
)
def test_every_other_difference_is_found(written: str, real: str) -> None:
    text = document(written)
    assert updated(text, real) != text


def test_a_uuid_stands_for_the_same_one_in_all_answers() -> None:
    text = document(f"{ONE}\n", f"{ONE}\n")
    assert updated(text, f"{TWO}\n", f"{TWO}\n") == text
    assert updated(text, f"{ONE}\n", f"{TWO}\n") != text


def test_an_update_changes_only_the_lines_that_differ() -> None:
    written = f'{{\n    "id": 1,\n    "message": "old",\n    ...\n    "url": "/{ONE}/"\n}}\n'
    real = f'{{\n    "id": 7,\n    "message": "new",\n    "x": 1,\n    "url": "/{TWO}/"\n}}\n'
    text = document(written)
    assert updated(text, real) == text.replace("old", "new")


def test_commands_without_an_answer_must_print_nothing() -> None:
    text = "```bash\ntrue\n```\n"
    assert updated(text, "") == text
    assert updated(text, "204\n") == f"{text}\n```text\n204\n```\n"


def test_the_blocks_run_in_one_shell_with_the_url_of_the_system(tmp_path: Path) -> None:
    text = document("").replace("true", "BASE=http://127.0.0.1:8000")
    text += document(f"{URL}\n").replace("true", "echo $BASE; echo ${#BASE}; false")
    answers = walkthrough.run(walkthrough.blocks(text), tmp_path, URL)
    assert answers == ["", f"http://127.0.0.1:8000\n{len(URL)}\nexit code 1\n"]


def test_commands_that_time_out_are_reported_with_their_output(tmp_path: Path) -> None:
    text = document("").replace("true", "echo polling; sleep 60") + document("204\n")
    answers = walkthrough.run(walkthrough.blocks(text), tmp_path, URL, seconds=0.5)
    assert answers == ["polling\n\ndid not end within 0.5 s\n", "204\n"]


def test_the_console_block_has_its_command_and_its_output() -> None:
    text = "```console\n$ ./run_local.sh --demo\nready\n```\n"
    block = walkthrough.console(text)
    assert (block.line, block.commands, block.answer) == (1, "./run_local.sh --demo\n", "ready\n")
    assert walkthrough.updated(text, [block], ["done\n"]) == text.replace("ready", "done")


def test_an_update_finds_lines_of_plain_text_by_their_beginning() -> None:
    text = document("...\nfinished: 100 rows\n...\ncreated 99\n...\n")
    real = "queued: 0 rows\nfinished: 100 rows\nrows 100\ncreated 98\nfailed 2\n"
    assert updated(text, real) == text.replace("99", "98")
