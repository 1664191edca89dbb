"""`./run_tests.sh --audit`: known vulnerabilities of the packages that the requirements pin.

This module needs the Python of an environment with pip-audit. The exit codes are those of pip-audit
(0: no vulnerability found), and UNAVAILABLE if the database of vulnerabilities does not answer.
"""

import subprocess
import sys
from urllib.error import URLError
from urllib.request import urlopen

DATABASE = "https://pypi.org/pypi/pip/25.0/json"
"""A request like those of pip-audit. Most mirrors of PyPI do not answer it."""
UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h."""


def unavailable_reason(url: str = DATABASE, *, seconds: float = 20) -> str:
    """Return the reason why the database cannot be asked, or ""."""
    try:
        with urlopen(url, timeout=seconds) as answer:  # noqa: S310  # a constant, and https
            has_vulnerabilities = b'"vulnerabilities"' in answer.read()
    except (URLError, OSError) as error:
        return str(getattr(error, "reason", error))
    return "" if has_vulnerabilities else "its answer has no field `vulnerabilities`"


def main(files: list[str], *, url: str = DATABASE) -> int:
    """Run pip-audit on the files and return the exit code."""
    if reason := unavailable_reason(url):
        print(f"audit: nothing was checked, because {url} is unavailable: {reason}")
        return UNAVAILABLE
    requirements = [argument for file in files for argument in ("-r", file)]
    # Strict: a package that the database does not know fails the audit.
    options = ["--disable-pip", "--require-hashes", "--strict", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *options, *requirements]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
