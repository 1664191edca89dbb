"""The command line."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loadtest.plan import ADJUSTABLE, Properties, load_properties, smoke_properties
from local.site import ROOT

_URL = re.compile(r"https?://[\w.-]+(:(?P<port>\d{1,5}))?/?")
_USERS, _DURATION = 20, 120


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the caller wants; `url` None: what local.json says."""

    smoke: bool
    url: str | None
    data: Path
    database_check: bool
    keep: bool
    properties: Properties = field(default_factory=dict)


def _at_least_one(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError("must be from 1 to 100000")
    return number


def _url(text: str) -> str:
    match = _URL.fullmatch(text)
    if match is None or int(match["port"] or 1) > 65_535:
        raise argparse.ArgumentTypeError(f"must be like http://127.0.0.1:8000, not {text}")
    return text.rstrip("/")


def _property(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, not {text}")
    if "." in name:
        return name, value  # JMeter's own
    if name not in ADJUSTABLE:
        raise argparse.ArgumentTypeError(f"-J sets no {name}; see jmeter/README.md")
    endless = name.endswith("loops") and value == "-1"
    if not (endless or re.fullmatch(r"\d{1,9}", value)):
        raise argparse.ArgumentTypeError(f"{name} must be a whole number, not {value}")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run_performance_test.sh", description="A load test with JMeter.", allow_abbrev=False
    )
    parser.add_argument("--users", type=_at_least_one, metavar="N")
    parser.add_argument("--duration", type=_at_least_one, metavar="S")
    parser.add_argument("--url", type=_url)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--data", type=Path, default=ROOT / ".data", metavar="DIR")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--no-database-check", action="store_true")
    parser.add_argument("-J", type=_property, action="append", default=[], metavar="NAME=VALUE")
    return parser


def parse(arguments: Sequence[str]) -> Options:
    """The options; what cannot be ends the process with exit code 2."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.smoke and (given.users or given.duration):
        parser.error("--smoke has its own number of users and its own end")
    properties = dict(given.J)
    chosen = smoke_properties() if given.smoke else _load_properties(given, properties)
    return Options(
        smoke=given.smoke,
        url=given.url,
        data=given.data,
        database_check=not given.no_database_check,
        keep=given.keep,
        properties={**chosen, **properties},
    )


def _load_properties(given: argparse.Namespace, properties: Properties) -> Properties:
    ramp_up = properties.get("ramp_up")
    return load_properties(
        users=given.users or _USERS,
        duration=given.duration or _DURATION,
        ramp_up=None if ramp_up is None else int(ramp_up),
    )
