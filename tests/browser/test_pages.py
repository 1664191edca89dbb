"""Every page in both themes, on a desktop and on a phone: accessible, and no wider than the window.

One import of each kind is made over the API.
"""

from collections.abc import Sequence

import pytest

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.imports import imported
from tests.browser.visits import DESKTOP, IN_CHROMIUM, PHONE
from tests.stacks import as_admin

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def paths(stack: Stack) -> Sequence[str]:
    """Return the paths of all pages that need no upload."""
    with as_admin(stack) as admin:
        user = admin.status("/api/v1/users/me/")["id"]
    done = imported(stack, "pages.csv")
    return (
        *("/console/login/", "/console/password/", "/console/nothing/", "/account/"),
        *("/console/import/", "/console/history/", "/console/history/?q=nothing"),
        done,
        f"{done}rows/?reason=invalid_email",
        imported(stack, "tried.csv", dry_run="true"),
        imported(stack, "failed.csv", on_error="abort"),
        *("/console/users/", "/console/users/?q=nobody", f"/console/users/{user}/"),
    )


@pytest.mark.parametrize(
    ("theme", "width"),
    [
        ("light", DESKTOP),
        ("dark", PHONE),
        pytest.param("light", PHONE, marks=pytest.mark.long),
        pytest.param("dark", DESKTOP, marks=pytest.mark.long),
    ],
)
def test_every_page_is_accessible(
    visit: Visits, paths: Sequence[str], theme: str, width: int
) -> None:
    window = visit(theme=theme, width=width)
    window.expected += ["404 (Not Found)", "400 (Bad Request)"]
    window.log_in()
    problems: dict[str, object] = {}
    for path in paths:
        window.go(path)
        window.page.wait_for_load_state("networkidle")
        if found := window.violations():
            problems[path] = found
        if window.is_wider_than_window():
            problems[f"{path} is too wide"] = width
    assert problems == {}


def test_every_page_has_portuguese_text(visit: Visits, paths: Sequence[str]) -> None:
    window = visit(language="pt-BR")
    window.expected += ["404 (Not Found)", "400 (Bad Request)"]
    window.log_in()
    for path in paths:
        window.go(path)
        assert window.page.locator("html").get_attribute("lang") == "pt-br"
        text = window.page.locator("body").inner_text()
        for word in ("Log out", "Import now", "Rejected", "Download", "Search", "E-mail address"):
            assert word not in text, path


def test_the_first_page_is_small(visit: Visits) -> None:
    """100 kB without compression, so that it is less with it."""
    window = visit()
    sizes: list[int] = []
    window.page.on("response", lambda answer: sizes.append(len(answer.body())))
    window.go("/console/login/")
    window.page.wait_for_load_state("networkidle")
    assert sum(sizes) < 100_000
