"""Metrics that processes share in files, also after their end."""

import fcntl
import os
import signal
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from core.metrics import service, shared
from core.metrics.shared import SharedValues


@pytest.fixture
def ended_pids() -> list[int]:
    """Return process ids that no process can get: Linux stops at 2**22, macOS earlier."""
    return [2**22 + number for number in (1, 2, 3)]


def write_metrics(directory: Path, kind: str, pid: int, **values: float) -> None:
    """Write metrics without labels, like a process with this id."""
    file = MmapedDict(str(directory / f"{kind}_{pid}.db"))
    for name, value in values.items():
        file.write_value(mmap_key(name, name, [], [], "help"), value, 0.0)
    file.close()


def collected(directory: Path) -> dict[str, float]:
    metrics = SharedValues(directory).collect()
    return {sample.name: sample.value for metric in metrics for sample in metric.samples}


def test_counters_of_ended_processes_are_kept_in_one_file(
    tmp_path: Path, ended_pids: list[int]
) -> None:
    write_metrics(tmp_path, "counter", os.getpid(), visits=1)
    for pid in ended_pids:
        write_metrics(tmp_path, "counter", pid, visits=10, only_dead=1)
    for _ in range(3):
        assert collected(tmp_path) == {"visits": 31, "only_dead": 3}
        files = {file.name for file in tmp_path.glob("*.db")}
        assert files == {f"counter_{os.getpid()}.db", "counter_folded.db"}
    write_metrics(tmp_path, "counter", ended_pids[0], visits=5)
    assert collected(tmp_path) == {"visits": 36, "only_dead": 3}


def test_gauges_of_ended_processes_are_dropped(tmp_path: Path, ended_pids: list[int]) -> None:
    write_metrics(tmp_path, "gauge_livesum", os.getpid(), used=2)
    write_metrics(tmp_path, "gauge_livesum", ended_pids[0], used=4)
    assert collected(tmp_path) == {"used": 2}


def test_the_latest_time_of_all_processes_is_kept(tmp_path: Path, ended_pids: list[int]) -> None:
    write_metrics(tmp_path, "gauge_max", os.getpid(), last=5)
    write_metrics(tmp_path, "gauge_max", ended_pids[0], last=7)
    write_metrics(tmp_path, "gauge_max", ended_pids[1], last=6)
    assert collected(tmp_path) == {"last": 7}


def test_buckets_are_not_added_up_twice(tmp_path: Path, ended_pids: list[int]) -> None:
    for pid in (os.getpid(), ended_pids[0], ended_pids[1]):
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
def service_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the state of the service after the test."""
    monkeypatch.setattr(service, "_main_pid", None)
    monkeypatch.setenv(service.VARIABLE, "")  # so that monkeypatch restores it


@pytest.mark.usefixtures("service_state")
def test_a_service_starts_without_earlier_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "metrics"
    monkeypatch.setenv(service.VARIABLE, str(path))
    service.begin()
    write_metrics(path, "counter", 1, visits=1)
    (path / "notes.txt").touch()
    service.begin()
    assert [file.name for file in path.iterdir()] == ["notes.txt"]
    assert service.main_pid() == os.getpid()


@pytest.mark.usefixtures("service_state")
def test_a_service_without_a_directory_creates_a_private_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    callbacks: list[object] = []
    monkeypatch.setattr("atexit.register", callbacks.append)
    service.begin()
    path = service.directory()
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    (remove,) = callbacks
    assert callable(remove)
    remove()
    assert not path.exists()


@pytest.mark.usefixtures("service_state")
def test_an_impossible_directory_is_an_error(
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
        with (tmp_path / "lock").open() as lock_file:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
