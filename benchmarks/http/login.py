"""Logins against bare computations of the hash that each login needs."""

import json
import os
import time
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

from argon2 import PasswordHasher
from argon2.low_level import Type

from benchmarks.checks import must_be
from benchmarks.http.line import Line
from benchmarks.http.load import throughput
from benchmarks.http.ours import LOGIN, our_service
from benchmarks.system import EMAIL, PASSWORD, System

_SECONDS = 5
# The parameters of users_uc.passwords.hasher, which needs Django; the check below compares them.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def login(system: System, folder: Path, *, pairs: int) -> Iterator[Line]:
    """Measure hashes on all cores, then logins on all cores."""
    must_be("the hash of the service", _password_hash(system).count("$m=19456,t=2,p=1$"), 1)
    body = folder / "login.json"
    body.write_text(json.dumps({"email": EMAIL, "password": PASSWORD}), encoding="utf-8")
    bare, logins = [], []
    with our_service(system, folder, env={"THROTTLE_LOGIN": "1000000/min"}) as ours:
        for turn in range(pairs + 1):
            hashes = _hashes_a_second()
            rate = throughput(ours, LOGIN, seconds=_SECONDS, body=body)
            must_be("a token family for each login", _families(system) >= rate * _SECONDS, True)
            if turn:
                bare.append(hashes)
                logins.append(rate)
    yield Line(
        label=LOGIN,
        against="one Argon2id hash each, on all cores",
        unit="/s",
        ours=logins,
        other=bare,
        aim=0.8,
    )


def _hashes_a_second() -> float:
    with Pool(os.cpu_count()) as pool:
        return sum(pool.map(_hash_for_a_while, range(os.cpu_count() or 1), chunksize=1))


def _hash_for_a_while(_: int) -> float:
    start, done = time.perf_counter(), 0
    while (seconds := time.perf_counter() - start) < _SECONDS:
        _HASHER.hash(PASSWORD)
        done += 1
    return done / seconds


def _password_hash(system: System) -> str:
    row = system.database.execute(
        "SELECT password FROM users_uc_user WHERE email = %s", [EMAIL]
    ).fetchone()
    return str(row[0]) if row else ""


def _families(system: System) -> int:
    return system.count("SELECT count(*) FROM users_uc_refreshfamily")
