"""Makes the screenshots of docs/console.md: `./run_tests.sh tests/browser/screenshots.py`."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.files import brazilian_export, csv_file
from tests.browser.steps import start, upload
from tests.browser.visits import DESKTOP, IN_CHROMIUM, PHONE, Visit
from tests.stacks import as_admin

pytestmark = IN_CHROMIUM
FOLDER = Path(__file__).parents[2] / "docs" / "console"
_COLOURS = 64


def shoot(window: Visit, page: str, variant: str) -> None:
    """Store the page with few colours, which makes the file small."""
    window.page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(window.page.screenshot()))
    small = picture.convert("RGB").quantize(_COLOURS)
    small.save(FOLDER / f"{page}-{variant}.png", optimize=True)


@pytest.mark.parametrize(
    ("variant", "theme", "width"),
    [
        ("light", "light", DESKTOP),
        ("dark", "dark", DESKTOP),
        ("phone", "light", PHONE),
        ("phone-dark", "dark", PHONE),
    ],
)
def test_screenshots(
    visit: Visits, tmp_path: Path, stack: Stack, variant: str, theme: str, width: int
) -> None:
    FOLDER.mkdir(exist_ok=True)
    window = visit(theme=theme, width=width)
    window.go("/console/login/")
    shoot(window, "login", variant)
    window.log_in()
    shoot(window, "import", variant)
    upload(window, brazilian_export(tmp_path, variant))
    window.page.evaluate("document.querySelector('details').open = true")
    shoot(window, "columns", variant)
    start(window, "Import now")
    shoot(window, "result", variant)
    window.page.locator("#rejected").scroll_into_view_if_needed()
    window.page.evaluate("document.getElementById('rejected').scrollIntoView()")
    shoot(window, "rows", variant)
    upload(window, csv_file(tmp_path, f"many-{variant}", rows=500_000))
    window.page.get_by_role("button", name="Import now").click()
    window.page.wait_for_selector(".bars .created")
    picture = Image.open(BytesIO(window.page.screenshot()))  # the network is never idle here
    picture.convert("RGB").quantize(_COLOURS).save(
        FOLDER / f"progress-{variant}.png", optimize=True
    )
    window.page.wait_for_selector("#outcome", timeout=120_000)
    window.go("/console/history/")
    shoot(window, "history", variant)
    window.go("/console/users/")
    shoot(window, "users", variant)
    with as_admin(stack) as admin:
        found = admin.status(f"{stack.base_url}/api/v1/users/?search={variant}.5@")["results"]
    window.go(f"/console/users/{found[0]['id']}/")
    shoot(window, "user", variant)
