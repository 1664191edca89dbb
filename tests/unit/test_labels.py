"""A row of labels below the header."""

from io import BytesIO

import pytest

from tasks.reading.table import Table

HEADER = "STATUS,USERID,FIRSTNAME,LASTNAME,EMAIL,BIZ_PHONE\n"
LABELS = "Status,User ID,First Name,Last Name,Email,Business Phone\n"
USER = "active,7,Ann,Lee,ann@x.com,1\n"


def rows(text: str) -> list[tuple[int, int, str]]:
    """Return record, line and e-mail address of each row."""
    table = Table(BytesIO(text.encode()), encoding="utf-8")
    return [
        (row["record"], row["line"], row["email"])
        for batch in table.batches()
        for row in batch.rows.iter_rows(named=True)
    ]


def test_the_labels_of_success_factors_are_no_row() -> None:
    assert rows(HEADER + LABELS + USER) == [(1, 3, "ann@x.com")]
    table = Table(BytesIO((HEADER + LABELS + USER).encode()), encoding="utf-8")
    assert [record.line for record in table.records()] == [3]


@pytest.mark.parametrize(
    ("labels", "skipped"),
    [
        ("email,name\n", True),
        ("E-Mail,Nome\n", True),
        ("E-mail,First name\n", True),
        ("Email,\n", True),
        ("\nEmail,Name\n", True),
        ('"Email\n","Name"\n', True),
        ("Email,Ann\n", False),
        (",Name\n", False),
        ("Name,Email\n", False),
        ("a@x.com,Name\n", False),
        ("Email Name\n", False),
    ],
)
def test_a_row_is_one_of_labels_if_all_imported_cells_name_their_field(
    labels: str, *, skipped: bool
) -> None:
    table = Table(BytesIO(f"email,name\n{labels}z@x.com,Zoë\n".encode()), encoding="utf-8")
    assert (next(table.records()).text.startswith("z@x.com")) == skipped


def test_only_the_first_row_can_be_one_of_labels() -> None:
    assert len(rows("email,name\nemail,name\nemail,name\nann@x.com,Ann\n")) == 2
