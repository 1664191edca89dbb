"""The Markdown documents of the repository, as tests read them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.site import ROOT

_FENCED: Final = re.compile(r"^( *)(```|~~~).*?^\1\2[^\S\n]*$", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_NOT_OURS: Final = {"node_modules", "site-packages"}


def markdown_files() -> list[Path]:
    """Return every Markdown file of the repository, without folders such as .venv-dev."""
    return sorted(path for path in ROOT.rglob("*.md") if _is_ours(path.relative_to(ROOT)))


def _is_ours(path: Path) -> bool:
    return not any(
        part in _NOT_OURS or (part.startswith(".") and part != ".github") for part in path.parts
    )


def without_code(text: str) -> str:
    """Return the text without its fenced blocks."""
    return _FENCED.sub("", text)


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    seen: dict[str, int] = defaultdict(int)
    found = set()
    for heading in _HEADING.findall(without_code(text)):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


@dataclass(frozen=True)
class Table:
    """A table below a heading of level 2; the cells are without the blanks around them."""

    section: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(text: str) -> Iterator[Table]:
    """Return the tables of a document in their order."""
    section = ""
    for block in re.split(r"\n(?=#)|\n\n", without_code(text)):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("## "):
            section = lines[0].removeprefix("## ").strip()
        rows = [_cells(line) for line in lines if line.startswith("|")]
        if rows:
            yield Table(section, rows[0], tuple(rows[2:]))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])


def codes(cell: str) -> list[str]:
    """Return the pieces of code in a cell."""
    return re.findall(r"`([^`]+)`", cell)
