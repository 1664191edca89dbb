"""The choice of an encoding for a file that is not UTF-8, has no byte order mark and no option.

An encoding of East Asia is chosen if the whole file is valid in it and has mostly its common
characters. Among single-byte encodings, those are left in which words look like words, and a
statistical detector orders them. Windows-1252 stays unless another encoding is clearly better.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Final

import chardet

from tasks.reading import east_asian

DEFAULT: Final = "windows-1252"
BEGINNING: Final = 1024 * 1024
"""Bytes of a file from which intake guesses; the plan reads as much as the choice needs."""

_DETECTORS_NAMES: Final[Mapping[str, str]] = {
    DEFAULT: "cp1252",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "windows-1257": "cp1257",
    "iso-8859-15": "iso8859-15",
    "iso-8859-2": "iso8859-2",
    "iso-8859-5": "iso8859-5",
    "iso-8859-7": "iso8859-7",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "macintosh": "mac-roman",
    "ibm850": "cp850",
    "ibm852": "cp852",
    "ibm866": "cp866",
    "tis-620": "tis-620",
}
"""The single-byte candidates. The first one of those that read the sample alike is taken."""

_SAMPLE_SIZE: Final = 64 * 1024
_WORDS: Final = 2000
_ALTERNATIVES: Final = 3
_FEW: Final = 3
"""Words from which a language that is written in Latin letters cannot be told."""
_ODD: Final = 0.1
"""The share of odd words, above the smallest share, with which a candidate is left out.

Windows-1252 may have twice as many, because a few damaged words must not change the encoding.
"""

# A search within a long word of ASCII letters would take quadratic time.
_WORD: Final = re.compile(rb"(?<![A-Za-z'])[A-Za-z']*+[\x80-\xff][A-Za-z'\x80-\xff]*")
_WORD_SIZE: Final = 80
_IN_NAMES: Final = frozenset("'\u2019\u2018\u00b4`\u00b7\u00aa\u00ba\u00a0\u00ad")
_AROUND_NAMES: Final = "\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u2026\u00ae\u2122\u00b0"
_LATIN: Final = frozenset(
    ("windows-1250", "windows-1257", "iso-8859-15", "iso-8859-2", "macintosh", "ibm850", "ibm852")
)


@dataclass(frozen=True)
class Guess:
    """An encoding, and other encodings that the file may have, the likely ones first."""

    encoding: str
    alternatives: tuple[str, ...] = ()


def guess(blocks: Iterable[bytes]) -> Guess:
    """Return the guess for a file that is not UTF-8, and read no more of it than needed."""
    words, size = dict[bytes, None](), 0
    checks = east_asian.checks()
    for block in blocks:
        for check in checks:
            check.feed(block)
        checks = [check for check in checks if check.is_valid]
        if size < _SAMPLE_SIZE:
            found = _words(block)
            words.update(dict.fromkeys(found))
            size += sum(map(len, found))
        elif not checks:
            break
    for check in checks:
        check.feed(b"")
    checks = [check for check in checks if check.is_valid]
    return _choose(list(words)[:_WORDS], east_asian.ranked(checks))


def _words(block: bytes) -> list[bytes]:
    """Return the words with other letters than ASCII; a single sign is no word."""
    found = [] if block.isascii() else _WORD.findall(block)
    return [word[:_WORD_SIZE] for word in found if len(word) > 1]


def _choose(words: list[bytes], east: list[str]) -> Guess:
    single = _ranked_single(words) if words else [DEFAULT]
    if words and not east and _is_damaged_utf8(words):
        return Guess(DEFAULT, ("utf-8", *_others(single))[:_ALTERNATIVES])
    ranked = [*east, *single]
    return Guess(ranked[0], tuple(ranked[1 : _ALTERNATIVES + 1]))


def _others(names: Iterable[str]) -> list[str]:
    return [name for name in names if name != DEFAULT]


def _is_damaged_utf8(words: list[bytes]) -> bool:
    valid = 0
    for word in words:
        try:
            word.decode()
        except UnicodeDecodeError:
            continue
        valid += 1
    return valid * 4 > len(words)


def _ranked_single(words: list[bytes]) -> list[str]:
    """Return the single-byte candidates, the best one first, and one of those that read alike."""
    sample = b" ".join(words)
    texts: dict[str, str] = {}
    for name in _DETECTORS_NAMES:
        text = sample.decode(name, "replace")
        if text not in texts.values():
            texts[name] = text
    odd = {name: _share_of_odd_words(text) for name, text in texts.items()}
    limit = min(odd.values()) + _ODD
    plausible = [name for name in odd if odd[name] <= limit + _ODD * (name == DEFAULT)]
    confidence = _confidences(words, plausible)
    score = {name: confidence[name] * (1 - odd[name]) ** 10 for name in plausible}
    ranked = sorted(plausible, key=lambda name: -score[name])
    least = confidence.get(DEFAULT, 0) * _limit(ranked[0], len(words))
    if DEFAULT in plausible and score[ranked[0]] <= least:
        return [DEFAULT, *_others(ranked)]
    return ranked


def _limit(name: str, words: int) -> float:
    """Return the ratio of scores from which on the encoding is taken instead of Windows-1252."""
    if name == "windows-1254":  # It differs in six letters, which only Icelandic has.
        return 1.1
    if name not in _LATIN:
        return 1.5
    return 1.25 + 8 / words if words > _FEW else inf


def _confidences(words: list[bytes], names: list[str]) -> dict[str, float]:
    """Return the detector's confidences. It drops an encoding that lacks a byte of the sample."""
    wanted = {_DETECTORS_NAMES[name]: name for name in names}
    readable = [word for word in words if all(_has(name, word) for name in names)]
    sample = b" ".join(readable or words)
    found = chardet.detect_all(
        sample,
        ignore_threshold=True,
        compat_names=False,
        include_encodings=wanted,
        no_match_encoding=next(iter(wanted)),
    )
    confidence = {wanted.get(one["encoding"] or "", ""): one["confidence"] for one in found}
    return {name: confidence.get(name, 0.0) for name in names}


def _has(encoding: str, word: bytes) -> bool:
    return "\ufffd" not in word.decode(encoding, "replace")


def _share_of_odd_words(text: str) -> float:
    words = text.split(" ")
    return sum(_is_odd(word.strip(_AROUND_NAMES)) for word in words) / len(words)


def _is_odd(word: str) -> bool:
    """Return whether the word has other characters than letters, two scripts, or capitals amid."""
    kinds = "".join(map(_kind, word))
    return "?" in kinds or ("L" in kinds.upper() and "o" in kinds) or "lL" in kinds


@cache
def _kind(character: str) -> str:
    """Return `l` or `L` for a Latin letter, `o` for another letter, `?` for no letter of a name."""
    if character in _IN_NAMES:
        return " "
    if unicodedata.category(character)[0] not in "LM":
        return "?"
    if not character.isascii() and "LATIN" not in unicodedata.name(character, ""):
        return "o"
    return "L" if character.isupper() else "l"
