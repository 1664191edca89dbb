"""A window of Chromium at the console, which is watched for anything that no page may do."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.stacks import ADMIN, PASSWORD

CHROMIUM = shutil.which("chromium")
IN_CHROMIUM = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing"),
]
"""The marks of each file of tests: one process runs all of them."""
DESKTOP, PHONE = 1280, 375
_POLICY_REPORTS: Final = """
    window.policyReports = [];
    document.addEventListener("securitypolicyviolation",
        (event) => window.policyReports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class Visit:
    """A window. `expected` has parts of messages in the browser's console that a test causes."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.complaints: list[str] = []
        self.expected: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("request", lambda request: self._see(request.url))
        page.add_init_script(_POLICY_REPORTS)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _see(self, url: str) -> None:
        if not url.startswith((f"{self.base_url}/", "data:", "blob:")):
            self.complaints.append(f"a request to another host: {url}")

    def go(self, path: str) -> None:
        """Open the page at the path."""
        self.page.goto(f"{self.base_url}{path}")

    def log_in(self, email: str = ADMIN, password: str = PASSWORD) -> None:
        """Log in at the login page that the window shows, or at the console's."""
        if not self.page.url.startswith(f"{self.base_url}/console/login/"):
            self.go("/console/login/")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.click("main button")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def violations(self) -> Sequence[str]:
        """Return what axe-core finds in the page."""
        options = {"runOnly": list(_RULES), "resultTypes": ["violations"]}
        found: Any = Axe().run(self.page, options=options).response
        return [
            f"{violation['id']}: {node['html']} {node.get('failureSummary', '')}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def is_wider_than_window(self) -> bool:
        """Return whether the page scrolls sideways."""
        script = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(script))

    def check(self) -> None:
        """Raise if the window has complained."""
        reports = self.page.evaluate("window.policyReports || []")
        complaints = [*self.complaints, *reports]
        unexpected = [
            complaint
            for complaint in complaints
            if not any(part in complaint for part in self.expected)
        ]
        assert unexpected == [], unexpected


@contextmanager
def visiting(
    browser: Browser,
    base_url: str,
    *,
    width: int = DESKTOP,
    theme: Any = "light",
    language: str = "en-US",
    **settings: Any,
) -> Iterator[Visit]:
    """Yield a window with cookies of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        locale=language,
        reduced_motion="reduce",
        **settings,
    )
    context.set_default_timeout(20_000)
    try:
        visit = Visit(context.new_page(), base_url)
        yield visit
        visit.check()
    finally:
        context.close()
