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
    """The options of a run. Without `url` the URL in local.json is used."""

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
        raise argparse.ArgumentTypeError(f"must be a URL such as http://127.0.0.1:8000, not {text}")
    return text.rstrip("/")


def _property(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, not {text}")
    if "." in name:
        return name, value  # a property of JMeter itself
    if name not in ADJUSTABLE:
        raise argparse.ArgumentTypeError(
            f"-J cannot set {name}; jmeter/README.md lists the properties"
        )
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
    """Parse the command line. A wrong option ends the process with exit code 2."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.smoke and (parsed.users or parsed.duration):
        parser.error("--smoke cannot be combined with --users or --duration")
    properties = dict(parsed.J)
    chosen = smoke_properties() if parsed.smoke else _load_properties(parsed, properties)
    return Options(
        smoke=parsed.smoke,
        url=parsed.url,
        data=parsed.data,
        database_check=not parsed.no_database_check,
        keep=parsed.keep,
        properties={**chosen, **properties},
    )


def _load_properties(parsed: argparse.Namespace, properties: Properties) -> Properties:
    ramp_up = properties.get("ramp_up")
    return load_properties(
        users=parsed.users or _USERS,
        duration=parsed.duration or _DURATION,
        ramp_up=None if ramp_up is None else int(ramp_up),
    )
