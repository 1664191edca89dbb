"""The command line of run_local.sh: run the system until a signal, or one management command."""

import argparse
import os
import secrets
import sys
from math import inf
from pathlib import Path
from typing import NoReturn

from local import demo, signals
from local.description import Description
from local.errors import LocalError
from local.manage import exec_manage
from local.say import say
from local.site import ROOT, inherited_env
from local.stack import Stack
from local.waiting import wait_until


def _at_least(minimum: int, maximum: int, text: str) -> int:
    number = int(text)
    if not minimum <= number <= maximum:
        raise argparse.ArgumentTypeError(f"must be from {minimum} to {maximum}")
    return number


def _port(text: str) -> int:
    return _at_least(0, 65_535, text)


def _workers(text: str) -> int:
    return _at_least(1, 64, text)


def _rows(text: str) -> int:
    return _at_least(1, 100_000_000, text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run_local.sh",
        usage="%(prog)s [--port 8000] [--data DIR] [--workers N] [--storage s3] [--demo [ROWS]]\n"
        "       %(prog)s [--data DIR] manage COMMAND [ARGUMENT ...]",
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="port of the web server; 0 takes a free one"
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".data", metavar="DIR", help="data folder"
    )
    parser.add_argument(
        "--workers", type=_workers, default=2, metavar="N", help="processes that import"
    )
    parser.add_argument(
        "--storage",
        choices=["folder", "s3"],
        help="where files are: in the data folder, or in a store that runs beside the others; "
        "without the option, in the store if the data folder has one",
    )
    parser.add_argument(
        "--demo",
        type=_rows,
        nargs="?",
        const=100_000,
        metavar="ROWS",
        help="import a generated file",
    )
    parser.add_argument("command", nargs="?", choices=["manage"], help="run app/manage.py")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of manage.py")
    return parser.parse_args()


def _ensure_superuser(stack: Stack, email: str, chosen: str) -> None:
    password = chosen or secrets.token_urlsafe(12)
    env = {"ADMIN_EMAIL": email, "ADMIN_PASSWORD": password}
    created = stack.manage("ensure_superuser", env=env).split()[-1:] == ["created"]
    if created and not chosen:
        say(f"admin: {email}  password: {password}  (shown only this once)")


def _serve(stack: Stack, description: Description) -> None:
    def has_ended() -> bool:
        description.refresh()
        return not stack.is_alive()

    wait_until(has_ended, timeout=inf, what="supervisord", poll=1)
    raise LocalError(
        "supervisord has ended, so all processes are stopped; see logs/supervisord.log in the data"
        " folder, then start again"
    )


def _data(options: argparse.Namespace) -> Path:
    """Return the data directory, which may be relative to the caller's directory."""
    data: Path = options.data
    return (Path(os.environ.get("RUN_LOCAL_FROM", ".")) / data).resolve()


def _manage(options: argparse.Namespace) -> NoReturn:
    data = _data(options)
    os.chdir(os.environ.get("RUN_LOCAL_FROM", "."))
    exec_manage(options.arguments, data)


def _run(options: argparse.Namespace) -> None:
    email = os.environ.get("ADMIN_EMAIL") or "admin@example.com"
    password = os.environ.get("ADMIN_PASSWORD", "")
    for name in os.environ.keys() - inherited_env().keys():
        del os.environ[name]
    data = _data(options)
    s3 = options.storage == "s3" if options.storage else (data / "seaweedfs").exists()
    stack = Stack(data, port=options.port, workers=options.workers, s3=s3)
    try:
        stack.open()
        with Description(stack, admin_email=email) as description:
            stack.start_servers()
            stack.manage("migrate", "--no-input")
            _ensure_superuser(stack, email, password)
            stack.start_programs()
            description.refresh()
            say(f"ready: {stack.base_url}")
            if options.demo is not None:
                demo.run(stack, rows=options.demo)
            _serve(stack, description)
    finally:
        signals.ignore()
        stack.stop()


def main() -> int:
    """Run the command and return the exit code: 0 after a signal, 1 after an error."""
    try:
        options = _options()
        if options.command == "manage":
            _manage(options)
        _run(options)
    except LocalError as error:
        sys.stderr.write(f"run_local: {error}\n")
    except KeyboardInterrupt:
        say("stopped")
        return 0
    return 1
