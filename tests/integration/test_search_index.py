"""The command match_search_index, which builds and drops the index of the search."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from pytest_django import Settings

from users_uc.management.commands import match_search_index
from users_uc.management.commands.match_search_index import _is_valid
from users_uc.search import INDEX

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_index_is_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def match(settings: Settings, *, on: bool) -> bool | None:
    """Run the command with the setting, and return whether the index is valid."""
    settings.USER_SEARCH_INDEX = on
    call_command("match_search_index")
    return _is_valid()


def test_the_index_is_built_and_dropped_as_the_setting_says(settings: Settings) -> None:
    assert [match(settings, on=on) for on in (False, True, True, False, True)] == [
        None, True, True, None, True,
    ]  # fmt: skip


def test_an_unfinished_index_is_built_again(settings: Settings) -> None:
    match(settings, on=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", [INDEX]
        )
    assert _is_valid() is False
    assert match(settings, on=True) is True


def test_one_process_builds_at_a_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_search_index, "_match", lambda: pytest.fail("a second build"))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [INDEX])
    assert match(settings, on=True) is None
    other.close()


def test_a_missing_right_is_explained(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(statement: str) -> None:
        raise ProgrammingError('permission denied to create extension "pg_trgm"\n')

    monkeypatch.setattr(match_search_index, "_execute", refuse)
    with pytest.raises(CommandError, match=r"pg_trgm\"\. Let a superuser of PostgreSQL run"):
        match(settings, on=True)
