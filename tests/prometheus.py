"""A real Prometheus with the committed configuration, which scrapes the processes of a Stack."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from local.ports import HOST, free_port
from local.site import ROOT
from local.stack import Stack
from local.waiting import wait_until

FOLDER = ROOT / "observability/prometheus"
PROGRAMS = ("prometheus", "promtool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
_JOB_OF = {
    "web": "app", "worker": "celery", "worker-small": "celery-small", "worker-mail": "celery-mail",
    "beat": "beat",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A series of an answer."""

    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus, asked through its HTTP API."""

    url: str

    def ask(self, path: str, **parameters: str) -> Any:
        """Return the data of the answer."""
        answer = httpx.get(
            f"{self.url}/api/v1/{path}", params=parameters, trust_env=False, timeout=30
        )
        document = answer.json()
        assert document["status"] == "success", document
        return document["data"]

    def query(self, expression: str) -> list[Sample]:
        """Return the current samples of an expression."""
        data = self.ask("query", query=expression)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(series["metric"], float(series["value"][1])) for series in data["result"]]

    def value(self, expression: str) -> float:
        """Return the value of an expression with exactly one series."""
        (sample,) = self.query(expression)
        return sample.value

    def await_value(self, expression: str, expected: float) -> None:
        """Wait until an expression has this one value."""
        wait_until(
            lambda: [sample.value for sample in self.query(expression)] == [expected],
            timeout=30, what=f"{expression} must be {expected}", poll=0.2,
        )  # fmt: skip

    def await_scrape(self, job: str, *, since: float) -> None:
        """Wait for a successful scrape that began after `since`, in seconds since the epoch."""
        wait_until(
            lambda: any(
                sample.value > since
                for sample in self.query(f"timestamp(accounts_processes{{job='{job}'}})")
            ),
            timeout=30, what=f"{job} must have been scraped", poll=0.2,
        )  # fmt: skip


def configuration(stack: Stack) -> dict[str, Any]:
    """Return the committed configuration with scrapes each second and the stack's addresses."""
    config: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    config["global"] |= dict.fromkeys(
        ("scrape_interval", "scrape_timeout", "evaluation_interval"), "1s"
    )
    config["rule_files"] = [str(FOLDER / name) for name in config["rule_files"]]
    addresses = {_JOB_OF[name]: at for name, at in stack.site.metrics_addresses.items()}
    assert addresses.keys() == {job["job_name"] for job in config["scrape_configs"]}
    for job in config["scrape_configs"]:
        (discovery,) = job.pop("dns_sd_configs")
        assert discovery["type"] == "A"
        job["static_configs"] = [{"targets": [addresses[job["job_name"]]]}]
    return config


@contextmanager
def watching(stack: Stack, folder: Path) -> Iterator[Prometheus]:
    """Run a Prometheus until the end of the body. It is ready when the body begins."""
    file, port = folder / "prometheus.yml", free_port()
    file.write_text(yaml.safe_dump(configuration(stack)))
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603  (Debian's, on our configuration)
            [
                shutil.which("prometheus") or "", f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={HOST}:{port}",
            ],
            stdout=log, stderr=log,
        ) as process,
    ):  # fmt: skip
        prometheus = Prometheus(f"http://{HOST}:{port}")
        try:
            wait_until(lambda: _is_ready(prometheus), timeout=30, what="Prometheus must be ready")
            yield prometheus
        finally:
            process.terminate()


def _is_ready(prometheus: Prometheus) -> bool:
    try:
        answer = httpx.get(f"{prometheus.url}/-/ready", trust_env=False, timeout=30)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
