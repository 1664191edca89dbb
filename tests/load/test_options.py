"""The command line of the load test."""

import pytest

from loadtest.options import parse
from loadtest.plan import goal_per_second


def test_the_defaults_are_20_users_and_120_seconds() -> None:
    options = parse([])
    assert options.properties == {
        "users": "20", "ramp_up": "48", "duration": "168", "throughput": "1800",
        "register_throughput": "20", "share_import": "3",
    }  # fmt: skip
    assert (options.url, options.database_check, options.keep) == (None, True, False)
    assert goal_per_second(options.properties) == pytest.approx(30.33, abs=0.01)


def test_properties_override_users_and_duration() -> None:
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
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://api.example.com", "https://api.example.com"),
        ("http://localhost:80", "http://localhost:80"),
    ],
)
def test_a_final_slash_of_the_url_is_removed(url: str, expected: str) -> None:
    assert parse(["--url", url]).url == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--users", "0"], "must be from 1 to 100000"),
        (["--users", "many"], "argument --users: invalid"),
        (["--duration", "-5"], "must be from 1 to 100000"),
        (["--url", "localhost"], "must be a URL such as http://127.0.0.1:8000, not localhost"),
        (["--url", "http://localhost/api"], "must be a URL such as http://127.0.0.1:8000"),
        (["--url", "http://localhost:99999"], "must be a URL such as http://127.0.0.1:8000"),
        (["--smoke", "--users", "3"], "--smoke cannot be combined with --users"),
        (["--url", "http://[::1]:80"], "must be a URL such as http://127.0.0.1:8000"),
        (["-Jloops"], "must be NAME=VALUE, not loops"),
        (["-Jlops=3"], "-J cannot set lops; jmeter/README.md lists the properties"),
        (["-Jloops=some"], "loops must be a whole number, not some"),
        (["-Jthink_min=-1"], "think_min must be a whole number, not -1"),
        (["-Jhost=elsewhere"], "-J cannot set host"),
        (["-Jusers=5"], "-J cannot set users"),
        (["--smok"], "unrecognized arguments: --smok"),
        (["more"], "unrecognized arguments: more"),
    ],
)
def test_a_wrong_option_ends_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
