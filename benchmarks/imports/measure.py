"""The measurement of a case: a warm-up, then pairs."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.imports.case import Case, Duel, Result
from benchmarks.peaks import peak_memory
from benchmarks.system import System

_WORKERS = ("worker", "worker-small")


def measure(case: Case, system: System, *, rows: int, pairs: int) -> Result:
    """Measure a case with new Celery workers, whose memory no earlier case has used."""
    for name in _WORKERS:
        system.stack.restart(name)
    pids = {name: system.stack.pid(name) for name in ("web", *_WORKERS)}
    result = Result(case)
    with TemporaryDirectory(prefix="accounts-bench-") as folder, peak_memory(pids) as peaks:
        warm_up, duel = _duels(case, Path(folder), round(rows * case.size))
        _one_pair(warm_up, system, Result(case), ours_first=False)
        for turn in range(pairs):
            _one_pair(duel, system, result, ours_first=bool(turn % 2))
    result.megabytes = peaks.megabytes
    return result


def _duels(case: Case, folder: Path, rows: int) -> tuple[Duel, Duel]:
    duel = case.build(_new_folder(folder / "measured"), rows)
    if case.warm_up == 1:
        return duel, duel
    return case.build(_new_folder(folder / "warm-up"), round(rows * case.warm_up)), duel


def _new_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _one_pair(duel: Duel, system: System, result: Result, *, ours_first: bool) -> None:
    """Measure both sides. The caller alternates the order, so that it favours neither side."""
    sides = [(duel.other, result.other), (duel.ours, result.ours)]
    for side, timings in reversed(sides) if ours_first else sides:
        timings.append(side.measure(system))
