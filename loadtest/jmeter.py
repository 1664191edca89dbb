"""JMeter: from the path, else Docker Compose's profile `loadtest`."""

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
"""What the plan takes from the answers; each is a column of the results."""

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
_OWN = {
    **{f"jmeter.save.saveservice.{name}": value for name, value in _SAVE.items()},
    "sample_variables": ",".join(VARIABLES),
    # Below the 65 s after which the server closes a connection that is not used.
    "httpclient4.idletimeout": "30000",
    "summariser.interval": "10",
}
_END_SECONDS = 30
_DEBIAN_HOME = Path("/usr/share/jmeter")
_NOT_THERE = (
    "jmeter is not on the path, and neither is docker with a docker-compose.yml; see"
    " jmeter/README.md"
)


@dataclass(frozen=True)
class JMeter:
    """How it is called, and which one it is."""

    command: tuple[str, ...]
    version: tuple[int, int]

    @property
    def has_dashboard(self) -> bool:
        """Since 3.0."""
        return self.version >= (3, 0)

    def run(self, properties: Properties, folder: Path) -> Path:
        """Run the plan; the results' path. LocalError when nothing was recorded."""
        results, log = folder / "results.jtl", folder / "jmeter.log"
        plan = ("-n", "-t", str(PLAN), "-l", str(results), "-j", str(log))
        code = _run([*self.command, *plan, *_as_options({**_OWN, **properties})], folder)
        if code or not results.exists() or not results.stat().st_size:
            raise LocalError(f"JMeter has recorded nothing, see {log}:\n{tail(log)}")
        return results

    def write_dashboard(self, results: Path, folder: Path) -> Path | None:
        """JMeter's own report; None where the version has none or could not make it."""
        if not self.has_dashboard:
            return None
        target = folder / "dashboard"
        plan = ("-g", str(results), "-o", str(target), "-j", str(folder / "dashboard.log"))
        subprocess.run(
            [*self.command, *plan, *_as_options(_OWN)],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        index = target / "index.html"
        return index if index.exists() else None


def _run(command: list[str], folder: Path) -> int:
    """The exit code. Interrupted, it is asked to end: a container would run on when killed."""
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
    """The one on the path, else that of Compose, whose image is built at the first time."""
    found = shutil.which("jmeter")
    command = _command_of(found) if found else _compose_command()
    with TemporaryDirectory() as folder:  # it also writes a log
        result = subprocess.run(
            [*command, "--version"],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    # 2.13 says "Version 2.13.19691222"; later ones end their banner with the number.
    version = re.search(r"(?:Version|\\_\\)\s+(\d+)\.(\d+)", result.stdout)
    if version is None:
        raise LocalError(f"{' '.join(command)} cannot be run: {result.stderr.strip()[-500:]}")
    return JMeter(command, (int(version[1]), int(version[2])))


def _command_of(found: str) -> tuple[str, ...]:
    """Debian's own start script refuses every plan; the one here does not."""
    is_debians = Path(found).resolve().is_relative_to(_DEBIAN_HOME)
    return (str(FOLDER / "debian" / "jmeter") if is_debians else found,)


def _compose_command() -> tuple[str, ...]:
    """With the folder `jmeter` under the same path inside, and with the caller's rights."""
    if shutil.which("docker") is None or not (ROOT / "docker-compose.yml").exists():
        raise LocalError(_NOT_THERE)
    user = f"{os.getuid()}:{os.getgid()}"
    options = ("--rm", "--no-deps", "--user", user, "--volume", f"{FOLDER}:{FOLDER}")
    compose = ("docker", "compose", "--project-directory", str(ROOT), "--profile", "loadtest")
    return (*compose, "run", *options, "jmeter")
