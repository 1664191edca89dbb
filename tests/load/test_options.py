"""The command line of the load test."""

import pytest

from loadtest.options import parse
from loadtest.plan import goal_per_second


def test_without_options_twenty_users_work_for_two_minutes() -> None:
    options = parse([])
    assert options.properties == {
        "users": "20", "ramp_up": "48", "duration": "168", "throughput": "1800",
    }  # fmt: skip
    assert (options.url, options.database_check, options.keep) == (None, True, False)
    assert goal_per_second(options.properties) == 30


def test_properties_go_before_what_users_and_duration_give() -> None:
    options = parse(["--users", "5", "-Jramp_up=1", "-J", "think_min=0", "-Jjmeter.x=y"])
    assert options.properties["users"] == "5"
    assert options.properties["ramp_up"] == "1"
    assert options.properties["think_min"] == "0"
    assert options.properties["jmeter.x"] == "y"


def test_a_smoke_test_counts_loops_and_has_no_goal() -> None:
    properties = parse(["--smoke"]).properties
    assert (properties["users"], properties["loops"]) == ("3", "3")
    assert goal_per_second(properties) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://api.example.com", "https://api.example.com"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_an_address_has_no_path(given: str, expected: str) -> None:
    assert parse(["--url", given]).url == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--users", "0"], "must be from 1 to 100000"),
        (["--users", "many"], "argument --users: invalid"),
        (["--duration", "-5"], "must be from 1 to 100000"),
        (["--url", "localhost"], "must be like http://127.0.0.1:8000, not localhost"),
        (["--url", "http://localhost/api"], "must be like http://127.0.0.1:8000"),
        (["--url", "http://localhost:99999"], "must be like http://127.0.0.1:8000"),
        (["--smoke", "--users", "3"], "--smoke has its own number of users"),
        (["-Jusers"], "must be NAME=VALUE, not users"),
        (["-Jusres=3"], "the plan has no usres; see jmeter/README.md"),
        (["-Jusers=some"], "users must be a number, not some"),
        (["-Jhost=elsewhere"], "the plan has no host"),
        (["--smok"], "unrecognized arguments: --smok"),
        (["more"], "unrecognized arguments: more"),
    ],
)
def test_what_cannot_be_is_an_error_of_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
