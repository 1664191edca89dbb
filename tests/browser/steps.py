"""Steps of a user in the console: upload a file, start its import, read a count."""

from pathlib import Path

from tests.browser.visits import Visit


def upload(window: Visit, path: Path) -> None:
    """Choose the file on the first page and wait for the page of its columns."""
    window.go("/console/import/")
    window.page.set_input_files("input[type=file]", path)
    window.page.wait_for_url("**/console/uploads/*/")


def start(window: Visit, button: str) -> None:
    """Start the import or the try, and wait for its result."""
    window.page.get_by_role("button", name=button, exact=True).click()
    window.page.wait_for_url("**/console/imports/*/")
    window.page.wait_for_selector("#outcome")


def count(window: Visit, outcome: str) -> int:
    """Return the number of rows with the outcome on the page of the result."""
    return int(window.page.locator(f".counts .{outcome} strong").inner_text().replace(",", ""))
