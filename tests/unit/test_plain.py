"""The test whether a block may have cells that are tidied."""

from io import BytesIO

import pytest

from tasks.reading.plain import INVISIBLE, is_plain
from tasks.reading.table import Table


@pytest.mark.parametrize("text", ["a@x.com,Ann\n", "José,Łukasz,Čapek,ǿȳ\n", 'a,"=1"\n', ""])
def test_western_text_is_plain(text: str) -> None:
    """Fails when a file is tidied without need, which only the speed would show."""
    assert is_plain(text.encode(), "utf-8")


@pytest.mark.parametrize("character", [*INVISIBLE, "\xa0", "\u0303", "\u202f", "한", 'a="b', '="'])
def test_a_block_with_a_character_that_is_tidied_is_not_plain(character: str) -> None:
    assert not is_plain(f"José,{character}\n".encode(), "utf-8")


def test_text_of_a_western_encoding_is_plain() -> None:
    text = "“José” – 5 €, ‚Ÿ’\n"  # noqa: RUF001
    assert is_plain(text.encode(), "windows-1252")
    assert not is_plain(f"{text}\xad".encode(), "windows-1252")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_batch_says_whether_its_block_is_plain(quote: str) -> None:
    body = f"a@x.com,{quote}José{quote}\n".encode() * 10 + b"a@x.com,Jose\xcc\x81\n"
    batches = Table(BytesIO(b"email,name\n" + body), encoding="utf-8").batches(150)
    assert [batch.is_plain for batch in batches] == [True, False]


def test_a_cell_with_several_values_is_not_plain() -> None:
    assert is_plain(b"ann@x.com,10:00:::", "utf-8")
    assert not is_plain(b"ann@x.com ::: bo@x.com", "utf-8")
