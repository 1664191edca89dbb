"""Header rows: which column holds which field."""

import re
from dataclasses import replace

import pytest

from tasks.codes import FileError
from tasks.reading.header import parse_header
from tasks.reading.header_rules import Columns, HeaderRules
from tasks.reading.returned import ERROR_COLUMNS


def header_error(cells: list[str], columns: Columns) -> FileError:
    """Return the error of a header that is refused."""
    with pytest.raises(FileError) as caught:
        parse_header(cells, HeaderRules(columns=columns))
    return caught.value


def test_headers_are_understood_in_any_case_and_order() -> None:
    header = parse_header([" Telefone", "NOME ", "E-Mail", "Ativo", "Senha"])
    assert header.columns == {"phone": 0, "name": 1, "email": 2, "is_active": 3, "password": 4}
    assert header.width == header.min_width == 5
    assert header.ignored == ()


def test_unknown_and_privilege_columns_are_ignored_and_listed() -> None:
    header = parse_header(["email", "is_staff", " Shoe size ", "", " ", "is_superuser"])
    assert header.columns == {"email": 0}
    assert header.ignored == ("is_staff", "Shoe size", "is_superuser")


@pytest.mark.parametrize(
    ("name", "secret"), [("senha", True), ("password_hash", True), ("name", False)]
)
def test_passwords_and_their_hashes_are_secrets(name: str, *, secret: bool) -> None:
    assert parse_header(["email", name]).has_secrets == secret


def test_guarded_headers_of_a_returned_file_are_restored() -> None:
    guarded = ["'=mail", "'-y", *ERROR_COLUMNS]
    header = parse_header(guarded, HeaderRules(columns={"=mail": "email"}))
    assert (header.columns, header.ignored) == ({"email": 0}, ("-y",))
    assert parse_header(["email", "'-y"]).ignored == ("'-y",)


def test_a_file_with_all_error_columns_is_a_returned_file() -> None:
    header = parse_header(["email", *ERROR_COLUMNS])
    assert header.returned
    assert header.ignored == ()


def test_a_file_with_some_error_columns_is_no_returned_file() -> None:
    assert not parse_header(["email", *ERROR_COLUMNS[:3]]).returned


def test_the_option_columns_names_the_fields_of_headers() -> None:
    header = parse_header(
        ["Mail", "Fon ", "Nome", "x"], HeaderRules(columns={" mail ": "email", "FON": "phone"})
    )
    assert header.columns == {"email": 0, "phone": 1, "name": 2}
    assert header.ignored == ("x",)


def test_the_option_columns_overrides_the_known_headers() -> None:
    header = parse_header(
        ["email", "name", "phone"], HeaderRules(columns={"phone": "name", "email": "email"})
    )
    assert header.columns == {"email": 0, "name": 2}
    assert header.ignored == ("name",)


def test_the_option_columns_can_ignore_a_column() -> None:
    header = parse_header(["email", "password", "name"], HeaderRules(columns={"password": None}))
    assert header.columns == {"email": 0, "name": 2}
    assert header.ignored == ("password",)
    assert header.has_secrets  # the secrets are in the file although their column is ignored


@pytest.mark.parametrize(
    ("cells", "columns", "code", "words"),
    [
        (
            ["email", "x"],
            {"Mail": "email"},
            "unknown_column",
            "names Mail, .* columns are: email, x.",
        ),
        (["email", ""], {" ": "name"}, "unknown_column", "columns are: email"),
        (["email", "a", "b"], {"a": "name", "b": "name"}, "ambiguous_column", "name"),
        (["email", "a", "A"], {"a": "name"}, "duplicate_header", "name"),
        (["email", "a"], {"a": "name", "A ": None}, "duplicate_header", "twice"),
        (["email"], {"email": None}, "missing_email_column", "columns are: email"),
    ],
)
def test_impossible_columns_in_the_option_are_refused(
    cells: list[str], columns: Columns, code: str, words: str
) -> None:
    error = header_error(cells, columns)
    assert error.code == code
    assert re.search(words, str(error.message))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["name", "phone"], "missing_email_column"),
        ([], "missing_email_column"),
        (["ann@x.com", "Ann"], "missing_header"),
        (["email", "EMAIL "], "duplicate_header"),
        (["email", "nome", "NOME"], "duplicate_header"),
        (["email", "senha", "password_hash"], "duplicate_header"),
        (["email", "na\0me"], "not_csv"),
        (["email", "two\n\udcff"], "undecodable"),
        (["email", *map(str, range(2000))], "not_csv"),
        ([str(number) for number in range(100_000)], "not_csv"),
    ],
)
def test_an_unusable_header_is_refused(cells: list[str], code: str) -> None:
    assert header_error(cells, {}).code == code


@pytest.mark.parametrize(
    ("row", "surplus", "expected"),
    [
        (["a", "b"], 0, ["a", "b"]),
        (["a", "b", ""], 0, None),
        (["a", "b", "", " "], 2, ["a", "b"]),
        (["a", "b", "c", "d"], 2, None),
        (["a", "b", "", "", "", " "], 4, ["a", "b"]),
        (["a", "b", "", "", "", "e"], 4, None),
        (["a"], 0, None),
        (["a", "b"], 1, None),
    ],
)
def test_rows_have_the_named_columns_and_the_surplus_of_the_file(
    row: list[str], surplus: int, expected: list[str] | None
) -> None:
    header = replace(parse_header(["email", "name", "", " "]), surplus=surplus)
    assert (header.width, header.min_width) == (4, 2)
    assert header.fit(row) == expected
