"""The queues that the Celery workers of each installation consume."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from core.celery import QUEUES, app
from local.processes import all_processes
from local.site import LISTENERS, ROOT, Secrets, Site


def consumed(commands: list[Sequence[str]]) -> list[str]:
    """Return the option `-Q` of each command that has one."""
    return sorted(command[command.index("-Q") + 1] for command in commands if "-Q" in command)


def test_each_queue_is_consumed_in_each_installation(tmp_path: Path) -> None:
    ports = {"web_port": 1, "postgres_port": 2, "valkey_port": 3}
    site = Site(
        data=tmp_path, secrets=Secrets("a", "b", "c", "d", "e"),
        metrics_ports=dict.fromkeys(LISTENERS, 4), **ports,  # type: ignore[arg-type]
    )  # fmt: skip
    local = consumed([process.argv for process in all_processes(site)])
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values()
    assert consumed([service.get("command", ()) for service in services]) == local
    assert {name for option in local for name in option.split(",")} == set(QUEUES)


def test_each_periodic_task_has_a_queue_that_is_consumed() -> None:
    entries = app.conf.beat_schedule
    assert {entry["options"]["queue"] for entry in entries.values()} <= set(QUEUES)
    assert entries["recover"]["options"]["queue"] == "recovery"
    assert entries["send-mails"]["options"]["queue"] == "mails"
