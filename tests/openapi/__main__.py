"""Write `openapi.json` from the code, unless the change breaks clients."""

import argparse
import sys
from pathlib import Path

from tests.openapi.breaking import breaking_changes
from tests.openapi.document import FILE, as_text, generate, read

ADVICE = """
openapi.json is unchanged. Programs of users rely on these parts of /api/v1/: keep them, and add
new names beside them. If no release has them yet, or a fault of security leaves no choice, run
    python -m tests.openapi --breaking
and list the changes in CHANGELOG.md. Everything else needs the next version of the API, /api/v2/,
and an ADR."""


def main(arguments: list[str] | None = None) -> int:
    """Compare, write the file, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.openapi", description=__doc__)
    parser.add_argument(
        "--breaking", action="store_true", help="write the file although clients break"
    )
    parser.add_argument(
        "--since",
        type=Path,
        metavar="FILE",
        help="only list what breaks since this file, such as that of the previous release",
    )
    options = parser.parse_args(arguments)
    document = generate()
    changes = breaking_changes(read(options.since or FILE), document)
    for change in changes:
        print(change)
    if options.since:
        return 1 if changes else 0
    if changes and not options.breaking:
        print(ADVICE, file=sys.stderr)
        return 1
    FILE.write_text(as_text(document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
