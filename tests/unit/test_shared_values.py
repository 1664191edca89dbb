"""core/metrics/shared.py and service.py: files of processes, dead and alive."""

import fcntl
import os
import signal
import stat
from pathlib import Path

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from core.metrics import service, shared
from core.metrics.shared import SharedValues


@pytest.fixture
def dead() -> list[int]:
    """Ids that no process has."""
    first = max(psutil.pids()) + 1
    return [pid for pid in range(first, first + 1000) if not psutil.pid_exists(pid)][:3]


def leave(directory: Path, kind: str, pid: int, **values: float) -> None:
    """What a process with this id would have written: metrics without labels."""
    file = MmapedDict(str(directory / f"{kind}_{pid}.db"))
    for name, value in values.items():
        file.write_value(mmap_key(name, name, [], [], "help"), value, 0.0)
    file.close()


def collected(directory: Path) -> dict[str, float]:
    metrics = SharedValues(directory).collect()
    return {sample.name: sample.value for metric in metrics for sample in metric.samples}


def test_what_the_dead_have_counted_stays_and_takes_one_file(
    tmp_path: Path, dead: list[int]
) -> None:
    leave(tmp_path, "counter", os.getpid(), visits=1)
    for pid in dead:
        leave(tmp_path, "counter", pid, visits=10, only_dead=1)
    for _ in range(3):
        assert collected(tmp_path) == {"visits": 31, "only_dead": 3}
        files = {file.name for file in tmp_path.glob("*.db")}
        assert files == {f"counter_{os.getpid()}.db", "counter_folded.db"}
    leave(tmp_path, "counter", dead[0], visits=5)
    assert collected(tmp_path) == {"visits": 36, "only_dead": 3}


def test_what_the_dead_have_held_is_gone(tmp_path: Path, dead: list[int]) -> None:
    leave(tmp_path, "gauge_livesum", os.getpid(), used=2)
    leave(tmp_path, "gauge_livesum", dead[0], used=4)
    assert collected(tmp_path) == {"used": 2}


def test_the_latest_time_is_kept_whoever_noted_it(tmp_path: Path, dead: list[int]) -> None:
    leave(tmp_path, "gauge_max", os.getpid(), last=5)
    leave(tmp_path, "gauge_max", dead[0], last=7)
    leave(tmp_path, "gauge_max", dead[1], last=6)
    assert collected(tmp_path) == {"last": 7}


def test_buckets_are_not_added_up_twice(tmp_path: Path, dead: list[int]) -> None:
    for pid in (os.getpid(), dead[0], dead[1]):
        file = MmapedDict(str(tmp_path / f"histogram_{pid}.db"))
        for bound, value in (("1.0", 1), ("+Inf", 2)):
            file.write_value(mmap_key("took", "took_bucket", ["le"], [bound], "h"), value, 0.0)
        file.write_value(mmap_key("took", "took_sum", [], [], "h"), 5.0, 0.0)
        file.close()
    for _ in range(2):
        (metric,) = SharedValues(tmp_path).collect()
        values = {s.labels.get("le", s.name): s.value for s in metric.samples}
        assert values == {"1.0": 3, "+Inf": 9, "took_sum": 15, "took_count": 9}


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test makes of this process ends with it."""
    monkeypatch.setattr(service, "_main_pid", None)
    monkeypatch.setenv(service.VARIABLE, "")  # so that it is taken back if the test sets it


@pytest.mark.usefixtures("main")
def test_a_service_begins_with_an_empty_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "metrics"
    monkeypatch.setenv(service.VARIABLE, str(path))
    service.begin()
    leave(path, "counter", 1, visits=1)
    (path / "notes.txt").touch()
    service.begin()
    assert [file.name for file in path.iterdir()] == ["notes.txt"]
    assert service.main_pid() == os.getpid()


@pytest.mark.usefixtures("main")
def test_without_a_directory_it_makes_one_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    removes: list[object] = []
    monkeypatch.setattr("atexit.register", removes.append)
    service.begin()
    path = service.directory()
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    (remove,) = removes
    assert callable(remove)
    remove()
    assert not path.exists()


@pytest.mark.usefixtures("main")
def test_a_directory_that_cannot_be_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(service.VARIABLE, str(tmp_path / "file/metrics"))
    with pytest.raises(
        ImproperlyConfigured, match="must be a folder that this process can write to"
    ):
        service.begin()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_that_is_forked_during_a_scrape_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = shared._locked(tmp_path)
    with lock:
        child = os.fork()
        if not child:
            signal.pause()
    try:
        with (tmp_path / "lock").open() as free:
            fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
