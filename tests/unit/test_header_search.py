"""The search for the header below titles and blank lines."""

import io

import pytest

from tasks.codes import FileError
from tasks.reading.header_rules import Columns, HeaderRules
from tasks.reading.table import Table


def table(text: str, columns: Columns | None = None) -> Table:
    """Return the table of a file with this text."""
    return Table(
        io.BytesIO(text.encode()), encoding="utf-8", rules=HeaderRules(columns=columns or {})
    )


def error(text: str, columns: Columns | None = None) -> FileError:
    """Return the error of a file with this text."""
    with pytest.raises(FileError) as caught:
        table(text, columns)
    return caught.value


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("", 1),
        ("version:v1.0,,\n", 2),
        ("#TYPE Selected.ADUser\n", 2),
        ("Users of 2024\n\n", 3),
        ('"Users, of\n2024"\n', 3),
        ('"Users" of 2024\n', 2),
        ("Report;all|users\tof 2024\n", 2),
        ("Exported by,ann@x.com\n", 2),
        ("E-mail:,ann@x.com\n", 2),
        ("Meeting ID,User Email,Topic\n1,host@x.com,All\n\n", 4),
        (",,\n" * 30, 31),
        ("title\n" * 19, 20),
        ("\n\n" + "title\n" * 19, 22),
        ("sep=,\ntitle\n", 3),
        ("\ufeffversion:v1.0\n", 2),
    ],
)
def test_the_header_is_found_below_other_lines(above: str, line: int) -> None:
    found = table(f"{above}Name,Email,Phone\nAnn,a@x.com,1\n")
    assert found.header.columns == {"name": 0, "email": 1, "phone": 2}
    assert (found.header_record.line, found.dialect.header_line) == (line, line)
    (batch,) = found.batches()
    assert batch.rows.to_dicts() == [
        {"record": 1, "line": line + 1, "name": "Ann", "email": "a@x.com", "phone": "1"}
    ]


def test_the_header_is_not_searched_below_20_lines() -> None:
    assert error("title\n" * 20 + "name,email\nAnn,a@x.com\n").code == "missing_email_column"


def test_titles_do_not_decide_the_delimiter() -> None:
    found = table("Report, of all, the, users\nNome;E-mail\nAnn;a@x.com\n")
    assert (found.dialect.delimiter, found.header_record.line) == (";", 2)


def test_the_first_header_is_taken() -> None:
    assert table("email,name\nname,email\n").header.columns == {"email": 0, "name": 1}


def test_a_cell_of_a_user_is_no_header() -> None:
    """Fails if rows above such a cell are lost."""
    text = "Kontakt,Preferred\nann@x.com,phone\n,email\n"
    assert error(text).code == "missing_email_column"


def test_the_option_columns_says_which_line_is_the_header() -> None:
    text = "Mail,x\nKontakt;Ort\nann@x.com;1\n"
    found = table(text, {"Kontakt": "email", "Ort": "name"})
    assert (found.header_record.line, found.header.columns) == (2, {"email": 0, "name": 1})


def test_a_line_without_a_requested_column_is_no_header() -> None:
    text = "Email\nEmail,Fax\nann@x.com,1\n"
    assert table(text, {"Fax": "phone"}).header_record.line == 2
    assert error(text, {"Faxe": "phone"}).code == "unknown_column"


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("Kontakt;Ort\nann@x.com;1\n", '{"Kontakt": "email"}'),
        ("Users of 2024\n\nOrt;Kontakt \n1;ann@x.com\n2;bo@x.com\n", '{"Kontakt": "email"}'),
        ("Users of 2024;;\nOrt;Kontakt\n1;n/a\n2;bo@x.com\n", '{"Kontakt": "email"}'),
        ("Kontakt\nann@x.com\n", '{"Kontakt": "email"}'),
        ('"Say ""hi""",Ort\nann@x.com,\n', '{"Say \\"hi\\"": "email"}'),
        ("Wer?\tWo?\nAnn\tann@x.com\n", '{"Wo?": "email"}'),
        ("@Kontakt,Ort\nann@x.com,1\n", '{"@Kontakt": "email"}'),
    ],
)
def test_the_column_of_the_addresses_is_proposed(text: str, option: str) -> None:
    found = error(text)
    assert found.code == "missing_email_column"
    assert f"with the value {option}." in str(found.message)


@pytest.mark.parametrize("text", ["Kontakt;Ort\n1;2\n", "Kontakt\n"])
def test_no_column_is_proposed_without_addresses(text: str) -> None:
    found = error(text)
    assert found.code == "missing_email_column"
    assert "value" not in str(found.message)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ann@x.com\nbo@x.com\n", "email"),
        ("Ann;ann@x.com;1\nBo;bo@x.com;2\n", "column1, email, column3"),
        ("ann@x.com;email\n", "email, column2"),
        ("Users of 2024\nann@x.com;Ann\n", "email, column2"),
        (";Ort\nann@x.com;1\n", "email, column2"),
    ],
)
def test_a_file_without_a_header_is_refused_with_an_example(text: str, names: str) -> None:
    found = error(text)
    assert found.code == "missing_header"
    assert f"such as: {names}." in str(found.message)


def test_a_column_may_be_named_after_an_address_if_the_option_says_so() -> None:
    text = "Mail,ann@x.com\nbo@x.com,1\n"
    assert table(text, {"Mail": "email"}).header.columns == {"email": 0}
