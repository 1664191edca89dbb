"""`./run_tests.sh --load`: one user does everything that is costly; another user notices little.

The attack is attack.py. The other user logs in, asks for their own user and imports 100 rows.
"""

import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from socket import create_server
from threading import Event, Thread
from typing import Final

from benchmarks.machine import describe
from local.ports import HOST
from local.site import ROOT
from tests.faults.api import Api
from tests.faults.conftest import Start
from tests.faults.load.attack import Plan
from tests.faults.load.proxy import proxied
from tests.faults.system import System
from tests.stacks import PASSWORD

SECONDS: Final = 120
LIMITS: Final = {"login": 1.0, "users/me/": 0.3, "import of 100 rows": 5.0}
"""The seconds that 99 of 100 requests of the other user may take."""
_PRODUCTION: Final = {
    "RECOVER_AFTER_SECONDS": "30",
    "RECOVER_EVERY_SECONDS": "10",
    "LOADER_STALL_SECONDS": "30",
    "IMPORT_CHUNK_ROWS": "100000",
    "IMPORT_SMALL_FILE_SIZE": "5000000",
    "THROTTLE_LOGIN": "30/min",
    "TRUSTED_PROXIES": "1",
}
_COSTLY: Final = "pbkdf2_sha256$1000000$c29tZXNhbHRzb21l$" + "A" * 43 + "="
_PAUSES: Final = {"login": 3.0, "users/me/": 0.1, "import of 100 rows": 0.5}


@dataclass
class Measurement:
    """The seconds that each kind of request of the other user took."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in LIMITS})

    def p99(self, name: str) -> float:
        ordered = sorted(self.seconds[name])
        return ordered[ceil(0.99 * len(ordered)) - 1]


def test_one_user_does_not_keep_the_service_from_another(start: Start, tmp_path: Path) -> None:
    with create_server((HOST, 0), backlog=100) as silent_mail_server:
        port = str(silent_mail_server.getsockname()[1])
        system = start(workers=2, EMAIL_HOST=HOST, EMAIL_PORT=port, **_PRODUCTION)
        folder = tmp_path / "nginx"
        folder.mkdir()
        with ExitStack() as stack:
            url = stack.enter_context(proxied(system.stack.base_url, folder))
            other = stack.enter_context(closing(client_of(system, "other@example.com", url)))
            quiet = measure(system, other, seconds=SECONDS // 4, name="quiet")
            with attack(plan_of(system, url, tmp_path), tmp_path):
                attacked = measure(system, other, seconds=SECONDS, name="attacked")
    text = report(quiet=quiet, attacked=attacked)
    path = ROOT / "docs" / "results" / f"{datetime.now(UTC):%Y-%m-%d}-one-user.md"
    path.write_text(text, encoding="utf-8")
    assert {name: p99 for name in LIMITS if (p99 := attacked.p99(name)) > LIMITS[name]} == {}


def client_of(system: System, email: str, url: str) -> Api:
    """Create an importer and return their client of the URL."""
    body = {"email": email, "password": PASSWORD, "can_import": True}
    assert system.api.ask("POST", "/api/v1/users/", json=body).status_code == 201
    return Api(url, email=email)


def plan_of(system: System, url: str, folder: Path) -> Plan:
    """Prepare the files, the users and the jobs that the attack needs."""
    attacker = client_of(system, "attacker@example.com", url)
    users = [f"costly{number}@example.com" for number in range(30)]
    costly = "email,password_hash\n" + "".join(f"{email},{_COSTLY}\n" for email in users)
    assert system.api.await_end(system.api.upload(costly.encode()))["status"] == "SUCCESS"
    bad = attacker.upload(b"email,name\n" + b"bad,somebody\n" * 99_000)
    attacker.await_end(bad)
    attacker.close()
    return Plan(
        url=url,
        token=attacker.token,
        files=[str(path) for path in write_files(folder)],
        small_file=str(write(folder / "small.csv", "email\nsmall@example.com\n")),
        download=f"{bad.url}rejected-rows.csv",
        costly=users,
    )


def write_files(folder: Path) -> Iterator[Path]:
    """Write files that cost much for their size, and yield their paths."""
    domains = "".join(f"a@{'é' * 20}{n}.{'ü' * 20}.{'ñ' * 20}.com\n" for n in range(14_000))
    yield write(folder / "domains.csv", f"email\n{domains}")
    rejected = folder / "rejected.csv.gz"
    rejected.write_bytes(gzip.compress(b"email\n" + b"x\n" * 10_000_000))
    yield rejected
    cell = "n" * 900_000
    rows = "".join(f"a{number}@example.com,{cell},{cell}\n" for number in range(4))
    yield write(folder / "passwords.csv", f"email,name,password\n{rows}")
    large = folder / "large.csv.gz"
    with gzip.open(large, "wb", compresslevel=1) as file:
        file.write(b"email\n")
        for _ in range(2000):
            file.write(b"\n" * 1_000_000)
    yield large


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def attack(plan: Plan, folder: Path) -> Iterator[None]:
    """Run the attack in a process of its own."""
    plan.write(folder / "plan.json")
    command = [sys.executable, "-m", "tests.faults.load.attack", str(folder / "plan.json")]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
        assert process.poll() is None, "the attack must not end by itself"
    finally:
        process.kill()
        process.wait()


def measure(system: System, other: Api, *, seconds: float, name: str) -> Measurement:
    """Repeat each kind of request for this time, each kind in a thread of its own."""
    result, over = Measurement(), Event()
    kinds: dict[str, Callable[[], None]] = {
        "login": other.login,
        "users/me/": lambda: _must_succeed(other),
        "import of 100 rows": _importer(system, other, prefix=name),
    }

    def repeat(kind: str) -> None:
        while not over.wait(_PAUSES[kind]):
            before = time.monotonic()
            kinds[kind]()
            result.seconds[kind].append(time.monotonic() - before)

    threads = [Thread(target=repeat, args=[kind]) for kind in kinds]
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    return result


def _must_succeed(other: Api) -> None:
    answer = other.ask("GET", "/api/v1/users/me/")
    assert answer.status_code == 200, answer.text


def _importer(system: System, other: Api, *, prefix: str) -> Callable[[], None]:
    number = iter(range(1_000_000))

    def run() -> None:
        data = system.people_file(100, seed=next(number), prefix=prefix)
        assert other.await_end(other.upload(data))["status"] == "SUCCESS"

    return run


def report(*, quiet: Measurement, attacked: Measurement) -> str:
    """Return the text of docs/results."""
    lines = "\n".join(
        f"| {name} | {len(attacked.seconds[name])} | {quiet.p99(name):.2f} s "
        f"| {attacked.p99(name):.2f} s | {limit:g} s |"
        for name, limit in LIMITS.items()
    )
    return f"""\
# One user against another

`./run_tests.sh --load`

{describe()}. Behind nginx; the attack and both users are on the same machine.

For {SECONDS} s one user uploads crafted domain names, 10,000,000 rejected rows, long cells and 2 GB
of compressed lines, downloads rejected rows eight times at once, uploads small files, and cancels
one job again and again. Strangers guess the passwords of 30 users with costly hashes, register and
request mails while the mail server is silent, and begin health checks that they do not end.

| of the other user | requests | p99 without the attack | p99 during the attack | limit |
| --- | --- | --- | --- | --- |
{lines}
"""
