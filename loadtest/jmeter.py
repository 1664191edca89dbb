"""JMeter, from the path or from the profile `loadtest` of Docker Compose."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtest.plan import PLAN, Properties
from local.errors import LocalError
from local.files import tail
from local.site import ROOT

FOLDER = ROOT / "jmeter"

VARIABLES = ("user_id", "user_email", "user_name", "task_id", "created", "skipped")
"""The variables that the plan extracts from answers. Each is a column of the results."""

_SAVE = {
    "output_format": "csv",
    "print_field_names": "true",
    "timestamp_format": "ms",
    "successful": "true",
    "assertion_results_failure_message": "true",
    "thread_counts": "true",
    "latency": "true",
    "connect_time": "true",
    "bytes": "true",
}
_SETTINGS = {
    **{f"jmeter.save.saveservice.{name}": value for name, value in _SAVE.items()},
    "sample_variables": ",".join(VARIABLES),
    # Below 65 s, after which the server closes an idle connection.
    "httpclient4.idletimeout": "30000",
    "summariser.interval": "10",
}
_END_SECONDS = 30
_DEBIAN_HOME = Path("/usr/share/jmeter")
_MISSING = (
    "found neither jmeter on the path nor docker with a docker-compose.yml; install one of them as"
    " jmeter/README.md says"
)


@dataclass(frozen=True)
class JMeter:
    """The command and the version of JMeter."""

    command: tuple[str, ...]
    version: tuple[int, int]

    @property
    def has_dashboard(self) -> bool:
        """Whether this version can write its own report, the dashboard."""
        return self.version >= (3, 0)

    def run(self, properties: Properties, folder: Path) -> Path:
        """Run the plan and return the path of the results. Raise LocalError without results."""
        results, log = folder / "results.jtl", folder / "jmeter.log"
        plan = ("-n", "-t", str(PLAN), "-l", str(results), "-j", str(log))
        code = _run([*self.command, *plan, *_as_options({**_SETTINGS, **properties})], folder)
        if code or not results.exists() or not results.stat().st_size:
            raise LocalError(f"JMeter has recorded no requests, see {log}:\n{tail(log)}")
        return results

    def write_dashboard(self, results: Path, folder: Path) -> Path | None:
        """Write the dashboard and return its path, or None if that is impossible."""
        if not self.has_dashboard:
            return None
        target = folder / "dashboard"
        plan = ("-g", str(results), "-o", str(target), "-j", str(folder / "dashboard.log"))
        subprocess.run(
            [*self.command, *plan, *_as_options(_SETTINGS)],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        index = target / "index.html"
        return index if index.exists() else None


def _run(command: list[str], folder: Path) -> int:
    """Run JMeter and return its exit code.

    Ctrl-C terminates JMeter. A container would continue after a kill.
    """
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait(_END_SECONDS)
            raise


def _as_options(properties: Mapping[str, str]) -> list[str]:
    return [f"-J{name}={value}" for name, value in properties.items()]


def find_jmeter() -> JMeter:
    """Return the JMeter on the path, or else that of Compose, which builds its image once."""
    program = shutil.which("jmeter")
    command = _local_command(program) if program else _compose_command()
    with TemporaryDirectory() as folder:  # JMeter writes a log there
        result = subprocess.run(
            [*command, "--version"],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    # 2.13 prints "Version 2.13.19691222"; later versions end their banner with the number.
    version = re.search(r"(?:Version|\\_\\)\s+(\d+)\.(\d+)", result.stdout)
    if version is None:
        raise LocalError(f"{' '.join(command)} cannot be run: {result.stderr.strip()[-500:]}")
    return JMeter(command, (int(version[1]), int(version[2])))


def _local_command(program: str) -> tuple[str, ...]:
    """Replace Debian's start script, which rejects every plan."""
    is_debians = Path(program).resolve().is_relative_to(_DEBIAN_HOME)
    return (str(FOLDER / "debian" / "jmeter") if is_debians else program,)


def _compose_command() -> tuple[str, ...]:
    """Return the command that runs JMeter in Compose.

    The container sees the folder `jmeter` under the same path, and runs as the caller's user.
    """
    if shutil.which("docker") is None or not (ROOT / "docker-compose.yml").exists():
        raise LocalError(_MISSING)
    user = f"{os.getuid()}:{os.getgid()}"
    options = ("--rm", "--no-deps", "--user", user, "--volume", f"{FOLDER}:{FOLDER}")
    compose = ("docker", "compose", "--project-directory", str(ROOT), "--profile", "loadtest")
    return (*compose, "run", *options, "jmeter")
