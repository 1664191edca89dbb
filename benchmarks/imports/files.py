"""Files of generated users, in the forms that the cases need."""

from collections.abc import Callable
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from zlib import crc32

from local.users_file import HEADER, write_users

_NOT_IN_WINDOWS_1252 = str.maketrans("Łł", "Ll")


def clean(folder: Path, rows: int) -> Path:
    """Write a file of valid users in no visible order."""
    path = folder / f"users-{rows}.csv"
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
    """Write a changed copy beside the source: the header, then row 1 and each `every`th row after.

    `change` gets each line and returns the new line.
    """
    target = source.with_name(name)
    with (
        source.open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding=encoding, newline="") as file,
    ):
        file.write(change(next(lines)))
        file.writelines(map(change, islice(lines, 0, None, every)))
    return target


def quoted(line: str) -> str:
    """Quote each cell, separate cells by semicolons, and replace characters for Windows-1252."""
    cells = line.rstrip("\n").translate(_NOT_IN_WINDOWS_1252).split(",")
    return ";".join(f'"{cell}"' for cell in cells) + "\n"


def without_at(line: str) -> str:
    """Make the e-mail address invalid."""
    return line.replace("@", ".")


def without_last_cell(line: str) -> str:
    """Remove the last cell of a row. The header stays."""
    return line if line.startswith(HEADER) else line.rpartition(",")[0] + "\n"


def with_other_cells(line: str) -> str:
    """Change all cells but the e-mail address. The header stays."""
    if line.startswith(HEADER):
        return line
    email, name, phone = line.split(",")
    return f"{email},Former {name},0{phone}"


def with_external_id(line: str) -> str:
    """Append an external id to each row, which the e-mail address determines."""
    if line.startswith(HEADER):
        return f"{HEADER},external_id\n"
    return f"{line.rstrip()},{_external_id(line)}\n"


def with_some_new_emails(line: str) -> str:
    """Append the same external ids, and change the e-mail address of 1 % of the rows."""
    is_new = not line.startswith(HEADER) and int(_external_id(line), 16) % 100 == 0
    return ("new." if is_new else "") + with_external_id(line)


def _external_id(line: str) -> str:
    return blake2b(line.partition(",")[0].encode(), digest_size=8).hexdigest()


def attribute_types(groups: int) -> dict[str, str]:
    """Return the names and types of three attributes for each group."""
    types = {"department": "text", "floor": "integer", "since": "date"}
    return {f"{name}{group}": type_ for group in range(groups) for name, type_ in types.items()}


def with_attributes(line: str, *, groups: int) -> str:
    """Append the attributes to each row."""
    if line.startswith(HEADER):
        return ",".join([HEADER, *attribute_types(groups)]) + "\n"
    return ",".join([line.rstrip(), *_attributes(line) * groups]) + "\n"


def with_json(line: str, *, groups: int) -> str:
    """Append the same attributes as the users table stores them."""
    if line.startswith(HEADER):
        return f"{HEADER},attributes\n"
    department, floor, since = _attributes(line)
    values = (f'"{department}"', floor, f'"{since}"') * groups
    names = attribute_types(groups)
    stored = ", ".join(f'"{name}": {value}' for name, value in zip(names, values, strict=True))
    return f'{line.rstrip()},"{{{stored.replace('"', '""')}}}"\n'


def _attributes(line: str) -> tuple[str, str, str]:
    number = crc32(line.encode())
    day = f"{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    return f"Department {number % 50}", str(number % 40 - 3), f"{1990 + number % 36}-{day}"


def with_password(line: str) -> str:
    """Append a different plain password to each row. None contains a name, so none is weak."""
    if line.startswith(HEADER):
        return f"{HEADER},password\n"
    number = crc32(line.encode())
    return f"{line.rstrip()},{number:010d}-{~number & 0xFFFFFFFF:010d}\n"


def with_repeats(folder: Path, rows: int) -> Path:
    """Write a file in which 1 % of the rows repeat the first rows, far below them."""
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
    """Write two files of different users, whose e-mail addresses are interleaved in every index."""
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
