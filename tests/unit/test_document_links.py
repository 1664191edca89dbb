"""Relative links in Markdown documents, with their anchors."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

from local.site import ROOT
from tests.documents import anchors, markdown_files, without_code

_LINK: Final = re.compile(r"\]\(\s*<?([^)\s>]+)")
_REFERENCE: Final = re.compile(r"^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//")
FILES: Final = markdown_files()


def links(text: str) -> Iterator[str]:
    """Yield the targets of the relative links, also of a link around an image."""
    prose = re.sub(r"`[^`\n]*`", "", without_code(text))
    for target in [*_LINK.findall(prose), *_REFERENCE.findall(prose)]:
        if not _ABSOLUTE.match(target):
            yield target


def dead_links(path: Path) -> Iterator[str]:
    """Yield the relative links of a document whose target does not exist."""
    for link in links(path.read_text(encoding="utf-8")):
        name, _, anchor = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.is_relative_to(ROOT) or not target.exists():
            yield link
            continue
        if anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield link


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_is_dead(path: Path) -> None:
    assert list(dead_links(path)) == []


def test_the_index_names_every_document() -> None:
    docs = ROOT / "docs"
    found = {(docs / link).resolve() for link in links((docs / "README.md").read_text("utf-8"))}
    assert {path for path in docs.glob("*.md") if path.name != "README.md"} <= found


def test_dead_links_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.test_document_links.ROOT", tmp_path)
    (tmp_path / "other.md").write_text("# One `thing`: it's\n\n# Twice\n\n## Twice\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#one-thing-its) [c](#here) [d](other.md#twice-1)\n"
        "[e](https://example.com/nothing.md) `[f](none.md)` [**g**](<other.md> \"title\")\n"
        "```text\n[h](none.md)\n# There\n```\n"
        "# Here\n\n[1](none.md) [2](other.md#three) [3](#there) [4](other.md#twice-2)\n"
        "[![5](none.svg)](other.md) ![6](none.png) [7](../outside.md) [8][x]\n\n[x]: none.txt\n"
    )  # fmt: skip
    assert sorted(dead_links(page)) == [
        "#there", "../outside.md", "none.md", "none.png", "none.svg", "none.txt", "other.md#three",
        "other.md#twice-2",
    ]  # fmt: skip
