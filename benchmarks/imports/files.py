"""Files of made-up people, in the shapes that the cases need."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from zlib import crc32

from local.users_file import HEADER, write_users

_NOT_IN_WINDOWS_1252 = str.maketrans("Łł", "Ll")


def clean(folder: Path, rows: int) -> Path:
    """People without a fault, in no visible order."""
    path = folder / f"people-{rows}.csv"
    if not path.exists():
        write_users(path, rows, bad_share=0)
    return path


def rewritten(
    source: Path,
    name: str,
    change: Callable[[str], str] = str,
    *,
    every: int = 1,
    encoding: str = "utf-8",
) -> Path:
    """Beside the source: its header and each `every`th row, each line changed."""
    target = source.with_name(name)
    with (
        source.open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding=encoding, newline="") as file,
    ):
        file.write(change(next(lines)))
        file.writelines(map(change, islice(lines, 0, None, every)))
    return target


def quoted(line: str) -> str:
    """Each cell quoted, semicolons between them, nothing that Windows-1252 lacks."""
    cells = line.rstrip("\n").translate(_NOT_IN_WINDOWS_1252).split(",")
    return ";".join(f'"{cell}"' for cell in cells) + "\n"


def without_at(line: str) -> str:
    """The address is none."""
    return line.replace("@", ".")


def without_last_cell(line: str) -> str:
    """A row is too short; the header stays."""
    return line if line.startswith(HEADER) else line.rpartition(",")[0] + "\n"


def with_other_cells(line: str) -> str:
    """The same person, of whom each other cell is to be changed; the header stays."""
    if line.startswith(HEADER):
        return line
    email, name, phone = line.split(",")
    return f"{email},Former {name},0{phone}"


def with_password(line: str) -> str:
    """A plain password of its own for everybody, with nothing of a name in it: none is weak."""
    if line.startswith(HEADER):
        return f"{HEADER},password\n"
    number = crc32(line.encode())
    return f"{line.rstrip()},{number:010d}-{~number & 0xFFFFFFFF:010d}\n"


def with_repeats(folder: Path, rows: int) -> Path:
    """1 % of the rows repeat the first ones, far below them."""
    repeated = rows // 100
    distinct = rows - repeated
    source, target = clean(folder, distinct), folder / "repeats.csv"
    upper = distinct // 2
    with (
        source.open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(next(lines))
        first = list(islice(lines, repeated))
        file.writelines(first)
        file.writelines(islice(lines, upper - repeated))
        for line in first:
            file.write(line)
            file.writelines(islice(lines, (distinct - upper) // repeated))
        file.writelines(lines)
    source.unlink()
    return target


def two_groups(folder: Path, first_rows: int, second_rows: int) -> tuple[Path, Path]:
    """Different people whose addresses lie between each other in every index."""
    source = clean(folder, first_rows + second_rows)
    paths = folder / "first.csv", folder / "second.csv"
    with source.open(encoding="utf-8", newline="") as lines:
        header = next(lines)
        for path, rows in zip(paths, (first_rows, second_rows), strict=True):
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(header)
                file.writelines(islice(lines, rows))
    source.unlink()
    return paths
