"""The encodings of East Asia: the validity of a whole file, and the likely ones of several."""

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final


@dataclass(frozen=True)
class _Family:
    """An encoding and its superset, with the bytes of its common characters and their number."""

    names: tuple[str, ...]
    common: re.Pattern[bytes]
    size: int


_KANA: Final = 170 + 94
_FAMILIES: Final = (
    _Family(("euc-kr", "cp949"), re.compile(rb"[\xb0-\xc8][\xa1-\xfe]"), 2350),
    _Family(
        ("shift_jis", "cp932"),
        re.compile(rb"[\x81\x82\x83\x89-\x97].|\x88[\x9f-\xfc]|\x98[\x40-\x72]", re.DOTALL),
        2965 + _KANA,
    ),
    _Family(("euc-jp",), re.compile(rb"[\xa1\xa4\xa5\xb0-\xcf][\xa1-\xfe]"), 2965 + _KANA),
    _Family(("gb18030",), re.compile(rb"[\xb0-\xd7][\xa1-\xfe]"), 3755),
    _Family(("big5", "big5-hkscs"), re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]"), 5401),
)
"""The first level of each national standard has the common characters."""

_RARE_BITS: Final = 18
_MAX_RARE: Final = 0.3
_MAX_BESIDE_LETTERS: Final = 0.3
_SAMPLE: Final = 16 * 1024
_RUN_SIZE: Final = 80
_RUN: Final = re.compile("[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?")


class Check:
    """A check of bytes that arrive in pieces: together, they are valid in an encoding or not."""

    def __init__(self, name: str, family: _Family) -> None:
        self.name, self.family = name, family
        self.is_valid = True
        self.runs: list[str] = []
        self._decoder = codecs.getincrementaldecoder(name)()
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Check the next piece; an empty one is the end of the file."""
        inside_character = bool(self._decoder.getstate()[0])
        if self.is_valid and (inside_character or not piece.isascii() or not piece):
            self._decode(piece)

    def _decode(self, piece: bytes) -> None:
        try:
            text = self._decoder.decode(piece, not piece)
        except UnicodeDecodeError:
            self.is_valid = False
            return
        if self._size < _SAMPLE:
            found = _RUN.findall(text)[:_SAMPLE]
            self.runs += [run[:_RUN_SIZE] for run in found]
            self._size += sum(map(len, found))


def checks() -> list[Check]:
    """Return a new check for each encoding."""
    return [Check(name, family) for family in _FAMILIES for name in family.names]


def ranked(valid: Sequence[Check]) -> list[str]:
    """Return the encodings whose text looks like names, the likely ones first."""
    costs: dict[str, float] = {}
    families: set[_Family] = set()
    for check in valid:
        if check.family not in families and _is_plausible(check):
            families.add(check.family)
            costs[check.name] = _bits_per_byte(check)
    return sorted(costs, key=lambda name: costs[name])


def _is_plausible(check: Check) -> bool:
    """Return whether the characters are mostly common, and few stand beside a Latin letter."""
    beside = sum(run[0].isascii() or run[-1].isascii() for run in check.runs)
    common, rare = _common_and_rare(check)
    is_common = rare <= _MAX_RARE * (common + rare)
    return bool(check.runs) and is_common and beside <= _MAX_BESIDE_LETTERS * len(check.runs)


def _bits_per_byte(check: Check) -> float:
    """Return the information of the text if all common characters are equally likely."""
    common, rare = _common_and_rare(check)
    text = "".join(check.runs)
    size = sum(len(character.encode(check.name)) for character in text if not character.isascii())
    return (common * log2(check.family.size) + rare * _RARE_BITS) / max(size, 1)


def _common_and_rare(check: Check) -> tuple[int, int]:
    counts = Counter(character for run in check.runs for character in run if character > "\x7f")
    common = sum(
        count
        for character, count in counts.items()
        if check.family.common.fullmatch(character.encode(check.name))
    )
    return common, counts.total() - common
