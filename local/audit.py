"""`./run_tests.sh --audit`: known vulnerabilities of what the hashed requirements name.

Run by the Python of an environment that has pip-audit. Exit codes: pip-audit's own (0 for none
found), and NOT_ASKED where its database cannot be reached and so nothing is known.
"""

import subprocess
import sys
from urllib.error import URLError
from urllib.request import urlopen

DATABASE = "https://pypi.org/pypi/pip/25.0/json"
"""As pip-audit asks about a release. Mirrors answer like PyPI, but mostly not to this."""
NOT_ASKED = 69
"""EX_UNAVAILABLE of sysexits.h."""


def problem(url: str = DATABASE, *, seconds: float = 20) -> str:
    """Why the database cannot be asked; empty where it can."""
    try:
        with urlopen(url, timeout=seconds) as answer:  # noqa: S310  # ours, and https
            knows = b'"vulnerabilities"' in answer.read()
    except (URLError, OSError) as error:
        return str(getattr(error, "reason", error))
    return "" if knows else "it answers without vulnerabilities"


def main(files: list[str], *, url: str = DATABASE) -> int:
    """The exit code."""
    if reason := problem(url):
        print(f"audit: NOT DONE, nothing was checked: {url} cannot be asked: {reason}")
        return NOT_ASKED
    given = [argument for file in files for argument in ("-r", file)]
    # Strict: what the database does not know has not passed.
    options = ["--disable-pip", "--require-hashes", "--strict", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *options, *given]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
