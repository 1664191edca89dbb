"""The command line: one run, its report and its exit code."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from loadtest.jmeter import FOLDER, find_jmeter
from loadtest.options import Options, parse
from loadtest.plan import goal_per_second
from loadtest.report import Heading, write_report
from loadtest.run import Outcome, Run, execute, prepare
from loadtest.show import show
from loadtest.summary import Summary, summarise
from loadtest.target import find_target, require_ready
from loadtest.thresholds import Thresholds, read_thresholds, violations
from local import signals
from local.errors import LocalError
from local.say import say

THRESHOLDS = FOLDER / "thresholds.toml"
_MAX_DIFFERENCES = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test and return the exit code.

    0: it passed, 1: it failed or could not run, 2: an option is wrong.
    """
    signals.raise_interrupt()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(options)
    except LocalError as error:
        sys.stderr.write(f"run_performance_test: {error}\n")
    except KeyboardInterrupt:
        say("stopped")
    return 1


def _run(options: Options) -> int:
    thresholds = read_thresholds(THRESHOLDS)
    target = find_target(options.url, options.data)
    require_ready(target)
    run = prepare(options, target, find_jmeter())
    outcome = execute(run)
    properties = options.properties
    summary = summarise(
        outcome.samples,
        goal=goal_per_second(properties),
        ramp_up=float(properties["ramp_up"]),
    )
    failures = [*violations(summary, thresholds), *outcome.differences[:_MAX_DIFFERENCES]]
    show(summary, comparison=outcome.comparison)
    _write(run, outcome, summary, thresholds, failures)
    for failure in failures:
        say(f"FAILED: {failure}")
    return 1 if failures else 0


def _write(
    run: Run, outcome: Outcome, summary: Summary, thresholds: Thresholds, failures: list[str]
) -> None:
    path = run.folder / "report.html"
    heading = Heading(run.target.url, run.started, _about(run), outcome.comparison, failures)
    write_report(path, heading, outcome.samples, summary, thresholds)
    _write_json(run.folder / "summary.json", run, summary, failures)
    say(f"report: {path}")
    if run.jmeter.has_dashboard:
        dashboard = run.jmeter.write_dashboard(outcome.results, run.folder)
        say(f"JMeter's dashboard: {dashboard or 'not created, see dashboard.log'}")


def _about(run: Run) -> str:
    properties = run.options.properties
    version = ".".join(str(part) for part in run.jmeter.version)
    kind = "smoke test" if run.options.smoke else f"ramp-up {properties['ramp_up']} s"
    return f"{properties['users']} users, {kind}, JMeter {version}"


def _write_json(path: Path, run: Run, summary: Summary, failures: list[str]) -> None:
    content = {
        "url": run.target.url,
        "started": run.started.isoformat(),
        "written": datetime.now(UTC).isoformat(),
        "jmeter": list(run.jmeter.version),
        "properties": dict(run.options.properties),
        "failures": failures,
        **summary.document(),
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
