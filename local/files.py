"""Files that only their owner may read, and that are replaced as a whole."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file as a whole, with mode 0600."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


def write_private_json(path: Path, content: Mapping[str, object]) -> None:
    """Replace the file by a JSON object, with mode 0600."""
    write_private(path, json.dumps(content, indent=2) + "\n")


def tail(path: Path, *, lines: int = 15) -> str:
    """Return the last lines, or "" if there is no such file."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
