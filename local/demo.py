"""`--demo`: one import over HTTP, as a client does it."""

import secrets
import time

from rich.console import Console

from local import demo_view
from local.api_client import ApiClient, Json
from local.errors import LocalError
from local.files import write_private
from local.say import say
from local.stack import Stack
from local.users_file import write_users
from local.waiting import wait_until

EMAIL = "demo@example.com"
_SCOPES = ("--scope", "imports:write", "--scope", "imports:read")
_FINAL = {"SUCCESS", "FAILURE", "REVOKED"}
_POLL_SECONDS = 0.25
_TIMEOUT_SECONDS = 3600


def run(stack: Stack, *, rows: int) -> None:
    """Run the demo. An error is printed in one line and does not stop the system."""
    try:
        _run(stack, rows)
    except LocalError as error:
        say(f"demo: {error}")


def _client(stack: Stack) -> ApiClient:
    """Return a client of the demo's user with an API key, as a program has one."""
    password = secrets.token_urlsafe(16)
    stack.manage("ensure_importer", EMAIL, env={"IMPORTER_PASSWORD": password})
    key = stack.manage("create_api_key", EMAIL, "--name", "demo", "--replace", *_SCOPES)
    return ApiClient(stack.base_url, key.strip())


def _run(stack: Stack, rows: int) -> None:
    path = stack.data / "demo.csv"
    written = write_users(path, rows)
    megabytes = path.stat().st_size / 1e6
    say(f"demo: {path}: {rows:,} rows, {megabytes:.1f} MB, {rows - written.valid:,} with errors")
    with _client(stack) as client:
        started = time.monotonic()
        url = client.upload(path)
        say(f"demo: uploaded in {time.monotonic() - started:.1f} s; status: {url}")
        document = _follow(client, url)
        _report(stack, client, document)


def _follow(client: ApiClient, url: str) -> Json:
    """Show the progress until the import ends, and return the last status document."""
    document = client.status(url)

    with demo_view.progress_view() as show:

        def has_ended() -> bool:
            document.update(client.status(url))
            show(document)
            return document["status"] in _FINAL

        wait_until(
            has_ended, timeout=_TIMEOUT_SECONDS, what="the import must end", poll=_POLL_SECONDS
        )
    return document


def _report(stack: Stack, client: ApiClient, document: Json) -> None:
    console = Console()
    demo_view.show_result(console, document)
    # The key is in a file to keep it out of the shell's history and the list of processes.
    curlrc = stack.data / "demo.curlrc"
    write_private(curlrc, f'header = "Authorization: Bearer {client.token}"\n')
    demo_view.show_links(document["links"], curlrc)
