"""The command line of the load test."""

import pytest

from loadtest.options import parse
from loadtest.plan import goal_per_second


def test_without_options_twenty_users_work_for_two_minutes() -> None:
    options = parse([])
    assert options.properties == {
        "users": "20", "ramp_up": "48", "duration": "168", "throughput": "1800",
        "register_throughput": "20", "share_import": "3",
    }  # fmt: skip
    assert (options.url, options.database_check, options.keep) == (None, True, False)
    assert goal_per_second(options.properties) == pytest.approx(30.33, abs=0.01)


def test_properties_go_before_what_users_and_duration_give() -> None:
    options = parse(["--duration", "5", "-Jramp_up=2", "-J", "think_min=0", "-Jjmeter.x=y"])
    assert options.properties["ramp_up"] == "2"
    assert options.properties["duration"] == "7"
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
        ("http://localhost:80", "http://localhost:80"),
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
        (["--url", "http://[::1]:80"], "must be like http://127.0.0.1:8000"),
        (["-Jloops"], "must be NAME=VALUE, not loops"),
        (["-Jlops=3"], "-J sets no lops; see jmeter/README.md"),
        (["-Jloops=some"], "loops must be a whole number, not some"),
        (["-Jthink_min=-1"], "think_min must be a whole number, not -1"),
        (["-Jhost=elsewhere"], "-J sets no host"),
        (["-Jusers=5"], "-J sets no users"),
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
