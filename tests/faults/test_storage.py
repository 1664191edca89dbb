"""A full storage, and missing or damaged files."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.conftest import Start
from tests.faults.judge import assert_consistent, assert_only_503, judge
from tests.faults.system import System


@contextmanager
def small_disk(folder: Path, *, megabytes: int = 12) -> Iterator[Path]:
    """Mount a file system of this size, for this process and the processes that it starts later."""
    folder.mkdir()
    # Nobody unmounts what a killed run leaves; in a namespace of its own it ends with the run.
    os.unshare(os.CLONE_NEWNS)
    subprocess.run(["/bin/mount", "--make-rprivate", "/"], check=True)
    size = f"size={megabytes}m"
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "--lazy", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_small_disk_ends_with_its_run(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        assert str(disk) in Path("/proc/self/mounts").read_text()
        assert str(disk) not in Path(f"/proc/{os.getppid()}/mounts").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.long
def test_25_the_storage_is_full_at_the_upload(start: Start, tmp_path: Path) -> None:
    """A file that does not fit is refused and leaves nothing; a smaller one is imported."""
    with small_disk(tmp_path / "disk") as disk:
        system = start(MEDIA_ROOT=str(disk))
        answer = system.api.send(system.people_file(300_000))
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "unavailable"
        assert system.number("SELECT count(*) FROM tasks_importjob") == 0
        assert not [path for path in disk.rglob("*") if path.is_file()]
        judge(system, system.api.upload(system.people_file(3000)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_25_the_storage_fills_up_while_planning(start: Start, tmp_path: Path) -> None:
    """The plan is retried until there is room; no attempt is spent."""
    with small_disk(tmp_path / "disk") as disk:
        system = start(MEDIA_ROOT=str(disk))
        system.failpoints.arm("planning")
        upload = system.api.upload(system.people_file(30_000))
        planner = system.failpoints.reached("planning")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free))
        planner.resume()
        is_repeated = lambda: system.starts(upload.job) > 2  # noqa: E731
        wait_until(is_repeated, timeout=60, what="the plan must be retried")
        ballast.unlink()
        judge(system, upload)
        assert system.number("SELECT attempts FROM tasks_importjob") == 1


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    """Truncate the file to 0 bytes, as a power failure leaves unwritten data."""
    os.truncate(file, 0)


DAMAGES = pytest.mark.parametrize(
    ("damage", "code"),
    [(Path.unlink, "file_missing"), (halve, "file_damaged"), (empty, "file_damaged")],
)


@DAMAGES
def test_25_the_file_is_missing_or_damaged(
    system: System, damage: Callable[[Path], None], code: str
) -> None:
    system.stack.stop_process("worker")
    upload = system.api.upload(system.people_file(3000))
    (original,) = (system.stack.data / "media" / "imports" / upload.job).iterdir()
    damage(original)
    system.stack.start(["worker"])
    assert_reported(system, upload, code)


@DAMAGES
def test_25_a_chunk_is_missing_or_damaged(
    system: System, damage: Callable[[Path], None], code: str
) -> None:
    system.failpoints.arm("plan_committed")
    upload = system.api.upload(system.people_file(3000))
    planner = system.failpoints.reached("plan_committed")
    (plan,) = system.plan_folders(upload.job)
    damage(min(plan.glob("*.arrow")))
    planner.resume()
    assert_reported(system, upload, code)


def assert_reported(system: System, upload: Upload, code: str) -> None:
    document = system.api.await_end(upload)
    assert (document["status"], document["error"]["code"]) == ("FAILURE", code)
    assert_consistent(system, upload, document)
    assert_only_503(system)
