"""The console with canaries: logins, an upload, its import, a correction, and users."""

import base64
import re
from typing import Final

from local.api_client import ApiClient
from tests.e2e.canaries.requests import Planted
from tests.e2e.canaries.visitor import Visitor
from tests.stacks import ADMIN, PASSWORD, await_end

LOGIN: Final = "/console/login/"
type Form = dict[str, str | list[str]]
_PART: Final = "application/offset+octet-stream"
_STATUS: Final = "/api/v1/imports/"


def console(visitor: Visitor, planted: Planted, client: ApiClient) -> list[str]:
    """Use the console as a browser does; return the status URLs of the imports."""
    with Visitor(visitor.base_url) as browser:
        _log_in(browser, planted)
        jobs = [_import(browser, planted)]
        await_end(client, jobs[0], within=60)
        jobs.append(_correct(browser, planted, jobs[0]))
        _users(browser, planted)
        _odd(browser, planted)
    visitor.errors += browser.errors
    return jobs


def _send(browser: Visitor, url: str, form: Form, *, status: int) -> str:
    """Send a form as a page does, and return where the answer leads."""
    form |= {"csrfmiddlewaretoken": browser.http.cookies["csrftoken"]}
    answer = browser.ask("POST", url, status=status, data=form)
    return str(answer.headers.get("Location", ""))


def _log_in(browser: Visitor, planted: Planted) -> None:
    target = f"/console/history/?name={planted['page behind a login of the console']}"
    browser.ask("GET", target, status=303)
    browser.ask("GET", LOGIN, status=200, params={"next": target})
    wrong: Form = {"email": f"{planted['e-mail at a login of the console']}@example.com"}
    wrong["password"] = planted["wrong password at a login of the console"]
    _send(browser, LOGIN, wrong, status=400)
    assert _send(browser, LOGIN, {"email": ADMIN, "password": PASSWORD}, status=302)


def _import(browser: Visitor, planted: Planted) -> str:
    """Upload a file with a rejected row and import it; return the status URL."""
    header, cell = planted["header of the console"], planted["cell of the console"]
    wrong = planted["rejected cell of the console"]
    content = f"email,{header}\nconsole@example.com,{cell}\n{wrong},\n".encode()
    name = base64.b64encode(f"{planted['file name of the console']}.csv".encode()).decode()
    tus = {"Tus-Resumable": "1.0.0", "X-CSRFToken": browser.http.cookies["csrftoken"]}
    created = tus | {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"}
    data_url = browser.ask("POST", "/console/uploads/", status=201, headers=created).headers[
        "Location"
    ]
    part = tus | {"Upload-Offset": "0", "Content-Type": _PART}
    browser.ask("PATCH", data_url, status=204, headers=part, content=content)
    page = data_url.removesuffix("data/")
    form: Form = {
        "headers": f'["email", "{header}"]',
        "recognised": '["email", ""]',
        "field": ["email", "name"],
        "unknown": planted["unknown field of the console"],
    }
    _send(browser, f"{page}preview/", form, status=200)
    job = _send(browser, f"{page}start/", form, status=303)
    return _status_url(browser, job)


def _correct(browser: Visitor, planted: Planted, status_url: str) -> str:
    """Correct the rejected row; return the status URL of the new import."""
    page = f"/console/imports/{status_url.rstrip('/').rpartition('/')[2]}/"
    rows = browser.ask("GET", f"{page}rows/", status=200).text
    cells = re.findall(r'name="(cell-\d+-\d+)"', rows)
    assert len(cells) == 2
    form: Form = {
        cells[0]: "corrected@example.com",
        cells[1]: planted["corrected cell of the console"],
    }
    return _status_url(browser, _send(browser, f"{page}correct/", form, status=303))


def _status_url(browser: Visitor, page: str) -> str:
    job = page.rstrip("/").rpartition("/")[2]
    return f"{browser.base_url}{_STATUS}{job}/"


def _users(browser: Visitor, planted: Planted) -> None:
    found = "console@example.com"
    listed = browser.ask("GET", "/console/users/", status=200, params={"q": found}).text
    user = f"/console/users/{re.findall(r'/console/users/([0-9]+)/', listed)[0]}/"
    name: Form = {"before.name": planted["cell of the console"]}
    name["name"] = planted["name set in the console"]
    _send(browser, user, name, status=303)
    phone: Form = {"before.phone": "", "phone": planted["rejected value in the console"] * 9}
    _send(browser, user, phone, status=400)
    for page, field, text in (
        ("users", "q", "search of users in the console"),
        ("history", "name", "search of imports in the console"),
    ):
        browser.ask("GET", f"/console/{page}/", status=200, params={field: planted[text]})


def _odd(browser: Visitor, planted: Planted) -> None:
    browser.ask("GET", f"/console/{planted['path of the console']}/", status=404)
    wrong: Form = {"current_password": planted["wrong password in the console"]}
    wrong["new_password"] = planted["rejected new password in the console"] * 10
    _send(browser, "/console/password/", wrong, status=400)
