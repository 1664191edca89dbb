"""Uploads that are interrupted: by the server, the session, or a closed tab."""

import hashlib
from pathlib import Path

import psutil
from playwright.sync_api import CDPSession, expect

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.files import csv_file
from tests.browser.steps import start
from tests.browser.visits import IN_CHROMIUM, Visit
from tests.stacks import as_admin

pytestmark = IN_CHROMIUM
_PART = 8 * 1024 * 1024


def limit_speed(network: CDPSession, *, offline: bool = False) -> None:
    """Give the window of the session a connection of 4 MB/s, or none."""
    rate = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 4_000_000}
    network.send("Network.emulateNetworkConditions", {"offline": offline, **rate})


def choose_slowly(window: Visit, path: Path) -> None:
    """Choose the file over a slow connection, so that there is a middle of the upload."""
    limit_speed(window.page.context.new_cdp_session(window.page))
    with window.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        window.page.set_input_files("input[type=file]", path)


def stored_sha256(stack: Stack, window: Visit) -> str:
    """Return the hash that the API shows for the import in the window."""
    job_id = window.page.url.rstrip("/").rpartition("/")[2]
    with as_admin(stack) as admin:
        status = admin.status(f"{stack.base_url}/api/v1/imports/{job_id}/")
    return str(status["file"]["sha256"])


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_upload_goes_on_after_the_server_was_killed(
    visit: Visits, tmp_path: Path, stack: Stack
) -> None:
    path = csv_file(tmp_path, "killed", rows=50_000, padding=700)
    assert path.stat().st_size > 4 * _PART
    window = visit()
    window.expected += ["Failed to load resource", "net::ERR"]
    window.log_in()
    window.go("/console/import/")
    choose_slowly(window, path)
    psutil.Process(stack.pid("web")).kill()  # supervisord starts it again
    window.page.wait_for_url("**/console/uploads/*/", timeout=120_000)
    start(window, "Import now")
    assert stored_sha256(stack, window) == sha256_of(path)


def test_an_upload_goes_on_after_ten_cuts(visit: Visits, tmp_path: Path, stack: Stack) -> None:
    path = csv_file(tmp_path, "cut", rows=150_000, padding=700)
    assert path.stat().st_size > 12 * _PART
    window = visit()
    window.expected += ["Failed to load resource", "net::ERR"]
    window.log_in()
    window.go("/console/import/")
    network = window.page.context.new_cdp_session(window.page)
    limit_speed(network)
    window.page.set_input_files("input[type=file]", path)
    for _ in range(10):
        expect(window.page.get_by_text("MB/s")).to_be_visible()
        limit_speed(network, offline=True)
        expect(window.page.get_by_text("Waiting for the connection.")).to_be_visible()
        limit_speed(network)
    window.page.wait_for_url("**/console/uploads/*/", timeout=120_000)
    start(window, "Import now")
    assert stored_sha256(stack, window) == sha256_of(path)


def test_an_upload_goes_on_in_another_tab(visit: Visits, tmp_path: Path, stack: Stack) -> None:
    path = csv_file(tmp_path, "reopened", rows=50_000, padding=700)
    window = visit()
    window.log_in()
    window.go("/console/import/")
    choose_slowly(window, path)
    tab = window.page.context.new_page()
    window.page.close()
    window.page = tab
    window.go("/console/import/")
    left = tab.get_by_role("listitem").filter(has_text="reopened.csv")
    expect(left).to_contain_text("Choose the same file in this browser again")
    sent: list[int] = []
    tab.on("request", lambda request: sent.append(int(request.headers.get("upload-offset", -1))))
    tab.set_input_files("input[type=file]", path)
    tab.wait_for_url("**/console/uploads/*/", timeout=120_000)
    assert min(offset for offset in sent if offset >= 0) > 0
    start(window, "Import now")
    assert stored_sha256(stack, window) == sha256_of(path)


def test_an_upload_goes_on_after_another_login(visit: Visits, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "expired", rows=50_000, padding=700)
    window = visit()
    window.expected.append("401 (Unauthorized)")
    window.log_in()
    window.go("/console/import/")
    choose_slowly(window, path)
    window.page.context.clear_cookies(name="sessionid")
    expect(window.page.get_by_text("Your session has ended.")).to_be_visible(timeout=60_000)
    with window.page.context.expect_page() as opened:
        window.page.get_by_role("link", name="Log in").click()
    login = Visit(opened.value, window.base_url)
    login.log_in()
    window.page.get_by_role("button", name="Continue expired.csv").click()
    window.page.wait_for_url("**/console/uploads/*/", timeout=120_000)
