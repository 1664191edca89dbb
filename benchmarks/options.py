"""The options that all benchmarks have."""

import argparse


def option_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with `--write`. The description keeps its lines."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--write", action="store_true", help="write the result to benchmarks/results/"
    )
    return made
