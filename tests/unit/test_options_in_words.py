"""The options of an import in words, on its page."""

from typing import Any

import pytest

from console.options_in_words import options_in_words
from tasks.options import Options
from tasks.status.upload import OptionsSerializer

SET: dict[str, Any] = {
    "mode": "upsert",
    "match": "external_id",
    "update": ["name"],
    "clear_with": "-",
    "date_order": "dmy",
    "on_error": "abort",
    "max_errors": "5",
    "columns": {"Mail": "email"},
    "invite": True,
    "must_change_password": True,
    "notify": True,
    "client_reference": "run 17",
}
SHOWN_BY_THE_FILE = {"delimiter", "encoding", "sheet"}
SHOWN_BY_THE_PAGE = {"dry_run", "language"}


def words(**options: Any) -> list[tuple[str, str]]:
    return options_in_words(OptionsSerializer(Options(**options)).data)


@pytest.mark.parametrize("name", SET)
def test_an_option_that_is_set_changes_the_words(name: str) -> None:
    assert words(**{name: SET[name]}) != words()


def test_fields_have_the_names_that_the_page_of_columns_has() -> None:
    given = {"Vorname": "first_name", "Aktiv": "is_active", "Abteilung": "attributes.department"}
    shown = "Vorname: First name; Aktiv: Active (yes or no); Abteilung: department"
    assert ("Columns", shown) in words(columns=given)


def test_every_option_has_words() -> None:
    """A new option fails this test until the page shows it."""
    assert {*SET, *SHOWN_BY_THE_FILE, *SHOWN_BY_THE_PAGE} == Options().as_json().keys()
