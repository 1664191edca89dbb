"""`./run_tests.sh --mutants [NAME...]`: shows that each test of a fault can fail.

Each patch removes a guard against a fault from a copy of the tracked files. The lines above its
first `diff` name the tests that must then fail.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from local.site import ROOT

PATCHES = Path(__file__).parent
GIT = "git"


def main(names: list[str]) -> int:
    """Apply the patches and return how many survived."""
    patches = [path for path in sorted(PATCHES.glob("*.patch")) if not names or path.stem in names]
    survivors = [patch.stem for patch in patches if not _is_noticed(patch)]
    print(f"{len(patches) - len(survivors)} of {len(patches)} patches are noticed", *survivors)
    return len(survivors)


def _is_noticed(patch: Path) -> bool:
    tests = named_tests(patch)
    with tempfile.TemporaryDirectory(prefix="accounts-mutant-") as folder:
        copy = Path(folder)
        _copy_tracked_files(copy)
        subprocess.run([GIT, "apply", patch], cwd=copy, check=True)
        noticed = [_fails(test, copy) for test in tests]
    print(f"{patch.stem}: {sum(noticed)} of {len(tests)} tests fail", flush=True)
    return bool(tests) and all(noticed)


def named_tests(patch: Path) -> list[str]:
    """Return the tests that a patch names."""
    return re.findall(r"^Test: (\S+)$", patch.read_text(encoding="utf-8"), re.MULTILINE)


def _copy_tracked_files(copy: Path) -> None:
    listed = subprocess.run(
        [GIT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    for name in filter(None, listed.stdout.decode().split("\0")):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            target.write_bytes((ROOT / name).read_bytes())


def _fails(test: str, copy: Path) -> bool:
    """Return whether the test failed; a test that cannot run does not count."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    result = subprocess.run(command, cwd=copy, check=False, stdout=subprocess.PIPE, text=True)
    return result.returncode == 1 and " failed" in result.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
