"""The share of files whose encoding is recognised, on a labelled corpus of names and addresses.

PYTHONPATH=app .venv-dev/bin/python -m benchmarks.encodings [--files 20] [--write]
"""

import argparse
import time
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import chardet
from charset_normalizer import from_bytes

from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from tasks.reading.decoding import Utf8Check, detect
from tasks.reading.guessing import DEFAULT, guess

ROWS: Final = (5, 50, 5_000)
WESTERN: Final = frozenset(("pt", "es", "de", "fr"))
_NAMES: Final = Path(__file__).with_name("names.toml")
_FIRST_NAME_LAST: Final = frozenset(("ja", "ko", "zh-cn", "zh-tw", "hu"))
_WITHOUT_BLANK: Final = frozenset(("zh-cn", "zh-tw"))
_ASCII: Final = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ı": "i"})  # noqa: RUF001


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file with its language and encoding. It is read rightly if it has this text."""

    language: str
    encoding: str
    rows: int
    text: str

    @property
    def data(self) -> bytes:
        """Return the bytes of the file."""
        return self.text.encode(self.encoding)

    def is_read_by(self, encoding: str | None) -> bool:
        """Return whether the file has its text in this encoding too."""
        try:
            return self.data.decode(encoding or DEFAULT) == self.text
        except (UnicodeDecodeError, LookupError):
            return False


def samples(rows: int, *, files: int) -> Iterator[Sample]:
    """Yield so many files for each language and encoding, the same ones each time."""
    names = tomllib.loads(_NAMES.read_text(encoding="utf-8"))
    for language, words in names.items():
        for encoding in words["encodings"]:
            for number in range(files):
                rng = Random(f"{language} {encoding} {rows} {number}")  # noqa: S311
                text = _text(language, words, rows, rng)
                if not text.isascii():
                    yield Sample(language=language, encoding=encoding, rows=rows, text=text)


def _text(language: str, words: Mapping[str, Any], rows: int, rng: Random) -> str:
    first, last = words["first"].split(), words["last"].split()
    lines = [words["header"]]
    for number in range(rows):
        parts = [rng.choice(first), rng.choice(last)]
        if language in _FIRST_NAME_LAST:
            parts.reverse()
        local = ".".join(_ascii(part) for part in parts).strip(".")
        name = ("" if language in _WITHOUT_BLANK else " ").join(parts)
        lines.append(f"{name};{local}{number}@firma{number % 7}.example")
    return "\r\n".join(lines) + "\r\n"


def _ascii(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.translate(_ASCII)).encode("ascii", "ignore")
    return plain.decode().lower().replace("'", "")


def this_service(data: bytes) -> str | None:
    """Return the encoding in which an import reads the file."""
    is_utf8 = Utf8Check()
    is_utf8.feed(data)
    return detect(data[: 64 * 1024], is_utf8=is_utf8.finish()) or guess([data]).encoding


def windows_1252(_: bytes) -> str | None:
    """Return Windows-1252, as for each file that is not UTF-8 before 2026-11-30."""
    return DEFAULT


def chardet_alone(data: bytes) -> str | None:
    """Return what chardet finds without restrictions."""
    return chardet.detect(data, prefer_superset=True, compat_names=False)["encoding"]


def charset_normalizer_alone(data: bytes) -> str | None:
    """Return what charset-normalizer finds without restrictions."""
    best = from_bytes(data).best()
    return best.encoding if best else None


DETECTORS: Final[Sequence[Callable[[bytes], str | None]]] = (
    this_service,
    windows_1252,
    chardet_alone,
    charset_normalizer_alone,
)


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    corpus = {rows: list(samples(rows, files=_files(rows, options.files))) for rows in ROWS}
    text = "\n\n".join([f"{describe()}.", _totals(corpus), _western(corpus), _by_encoding(corpus)])
    print(text)
    if options.write:
        write_result("encodings", f"--files {options.files}", text)


def _files(rows: int, files: int) -> int:
    return files if rows < 1000 else max(files // 10, 1)


def _totals(corpus: Mapping[int, Sequence[Sample]]) -> str:
    lines = ["| detector | " + " | ".join(f"{rows:,} rows" for rows in ROWS) + " | ms a file |"]
    lines.append("|---|---|---|---|---|")
    for detector in DETECTORS:
        begun = time.perf_counter()
        shares = [_share(files, detector) for files in corpus.values()]
        spent = (time.perf_counter() - begun) * 1000 / sum(map(len, corpus.values()))
        name = detector.__name__.replace("_", " ")
        lines.append(f"| {name} | {' | '.join(shares)} | {spent:.1f} |")
    return "\n".join(lines)


def _western(corpus: Mapping[int, Sequence[Sample]]) -> str:
    files = [file for group in corpus.values() for file in group if file.language in WESTERN]
    worse = [
        file
        for file in files
        if file.is_read_by(DEFAULT) and not file.is_read_by(this_service(file.data))
    ]
    return f"Western files that Windows-1252 reads and this service does not: {len(worse)}."


def _by_encoding(corpus: Mapping[int, Sequence[Sample]]) -> str:
    kinds = sorted({(file.encoding, file.language) for file in corpus[ROWS[0]]})
    lines = ["| encoding | language | " + " | ".join(f"{rows:,} rows" for rows in ROWS) + " |"]
    lines.append("|---|---|---|---|---|")
    for kind in kinds:
        shares = [
            _share([file for file in files if (file.encoding, file.language) == kind], this_service)
            for files in corpus.values()
        ]
        lines.append(f"| {kind[0]} | {kind[1]} | {' | '.join(shares)} |")
    return "\n".join(lines)


def _share(files: Sequence[Sample], detector: Callable[[bytes], str | None]) -> str:
    right = sum(file.is_read_by(detector(file.data)) for file in files)
    return f"{right / len(files):.1%}"


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--files", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()
