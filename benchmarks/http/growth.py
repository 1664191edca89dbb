"""The same requests to a system with few users and to a system with many users."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.checks import must_be
from benchmarks.http.answers import check
from benchmarks.http.line import Line
from benchmarks.http.load import throughput
from benchmarks.http.ours import LIST, STATUS, our_service
from benchmarks.http.service import Service
from benchmarks.http.users import system_with_users
from benchmarks.system import System

_SECONDS = 10


def growth(folder: Path, *, few: int, many: int, pairs: int) -> Iterator[Line]:
    """Measure two systems that run at the same time. The status is that of their only import."""
    with ExitStack() as stack:
        small, large = (
            _service(stack, stack.enter_context(system_with_users(rows)), folder)
            for rows in (few, many)
        )
        for endpoint in (LIST, STATUS):
            figures = _measure(endpoint, small, large, pairs=pairs)
            yield Line(
                label=f"{endpoint} at {many:,} users",
                against=f"at {few:,} users",
                unit="requests/s",
                ours=[rate for _, rate in figures],
                other=[rate for rate, _ in figures],
                aim=0.95,
            )


def _service(stack: ExitStack, system: System, folder: Path) -> tuple[System, Service]:
    return system, stack.enter_context(our_service(system, folder))


def _measure(endpoint: str, *sides: tuple[System, Service], pairs: int) -> list[tuple[float, ...]]:
    turns = [_turn(endpoint, sides, backwards=bool(turn % 2)) for turn in range(pairs + 1)]
    return turns[1:]  # the first was the warm-up


def _turn(
    endpoint: str, sides: Sequence[tuple[System, Service]], *, backwards: bool
) -> tuple[float, ...]:
    if backwards:
        return _turn(endpoint, sides[::-1], backwards=False)[::-1]
    return tuple(_one(endpoint, *side) for side in sides)


def _one(endpoint: str, system: System, service: Service) -> float:
    rate = throughput(service, endpoint, seconds=_SECONDS)
    if endpoint == LIST:
        check(service, endpoint, system)
    else:
        imported = service.get(service.paths[STATUS][0]).json()["result"]["created"]
        users = system.count("SELECT count(*) FROM users_uc_user WHERE import_id IS NOT NULL")
        must_be("`created` in the status", imported, users)
    return rate
