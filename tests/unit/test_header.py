"""Which column is which."""

import pytest

from tasks.pipeline.codes import FileError
from tasks.pipeline.header import understand
from tasks.pipeline.spreadsheet import ERROR_COLUMNS


def test_headers_are_understood_in_any_case_and_order() -> None:
    header = understand([" Telefone", "NOME ", "E-Mail", "Ativo"])
    assert header.columns == {"phone": 0, "name": 1, "email": 2, "is_active": 3}
    assert header.width == 4
    assert header.ignored == ()


def test_unknown_and_privilege_columns_are_ignored_and_listed() -> None:
    header = understand(["email", "is_staff", " Shoe size ", "is_superuser", "password"])
    assert header.columns == {"email": 0}
    assert header.ignored == ("is_staff", "Shoe size", "is_superuser", "password")


def test_our_own_error_columns_are_known_and_mean_guarded_cells() -> None:
    header = understand(["email", *ERROR_COLUMNS])
    assert header.guarded
    assert header.ignored == ()


def test_some_of_the_error_columns_do_not_make_the_file_ours() -> None:
    assert not understand(["email", *ERROR_COLUMNS[:3]]).guarded


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["name", "phone"], "missing_email_column"),
        ([], "missing_email_column"),
        (["ann@x.com", "Ann"], "missing_header"),
        (["email", "E-MAIL"], "duplicate_header"),
        (["email", "nome", "Name"], "duplicate_header"),
        (["email", "na\0me"], "not_csv"),
        (["email", "two\n\udcff"], "undecodable"),
        (["email", "name\rann@x.com", "Ann"], "not_csv"),
        (["email", *map(str, range(2000))], "not_csv"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(cells: list[str], code: str) -> None:
    with pytest.raises(FileError) as caught:
        understand(cells)
    assert caught.value.code == code
