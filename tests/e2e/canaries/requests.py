"""Requests with canaries; `planted` maps the names of planted.py to the words."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.e2e.canaries.visitor import Visitor
from tests.stacks import ADMIN, PASSWORD

Planted = Mapping[str, str]
LOGIN, REGISTER, ME = "/api/v1/auth/login/", "/api/v1/register/", "/api/v1/users/me/"


def bearer(token: str) -> dict[str, str]:
    """Return the Authorization header."""
    return {"Authorization": f"Bearer {token}"}


def accounts(visitor: Visitor, planted: Planted) -> dict[str, str]:
    """Send the requests with passwords. Return the tokens of the registered user."""
    user = {"email": f"{planted['e-mail at registration']}@example.com"}
    login = user | {"password": planted["password at registration"]}
    visitor.post(REGISTER, login | {"name": planted["name at registration"]}, status=201)
    rejected = {"email": f"{planted['e-mail at a rejected registration']}@x"}
    rejected["password"] = planted["password at a rejected registration"]
    visitor.post(REGISTER, rejected, status=400)
    long = planted["overlong password"] * 10
    visitor.post(REGISTER, rejected | {"password": long}, status=400)
    tokens: dict[str, str] = visitor.post(LOGIN, login, status=200).json()
    wrong = {"email": f"{planted['e-mail at login']}@example.com"}
    wrong["password"] = planted["wrong password at login"]
    visitor.post(LOGIN, wrong, status=401)
    own = {"headers": bearer(tokens["access"])}
    erasure = {"current_password": planted["wrong password for an erasure"]}
    visitor.ask("DELETE", ME, status=400, json=erasure, **own)
    change = {"current_password": login["password"], "new_password": "12345"}
    url = f"{ME}password/"
    visitor.post(url, change, status=400, **own)
    given = {"new_password": planted["rejected new password"] * 10}
    visitor.post(url, change | given, status=400, **own)
    given = {"current_password": planted["wrong password at a change"]}
    visitor.post(url, change | given, status=400, **own)
    visitor.post(url, change | {"new_password": planted["new password"]}, status=204, **own)
    visitor.ask("GET", ME, status=401, **own)
    visitor.post("/api/v1/auth/refresh/", {"refresh": tokens["refresh"]}, status=401)
    return tokens


def headers(visitor: Visitor, planted: Planted) -> None:
    """Send canaries in headers."""
    basic = httpx.BasicAuth("ann", planted["password in Basic authentication"])
    visitor.ask("GET", ME, status=401, auth=basic)
    cookies = {
        "sessionid": planted["session cookie"],
        "other": planted["other cookie"],
    }
    sent = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "User-Agent": planted["User-Agent"],
        "Referer": f"https://{planted['Referer']}/",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": f"vendor={planted['tracestate']}",
        "baggage": f"who={planted['baggage']}",
        "X-Request-Id": planted["X-Request-Id"],
        **bearer(planted["invalid bearer token"]),
    }
    for url, status in ((ME, 401), ("/admin/", 302), ("/nowhere", 404)):
        visitor.ask("GET", url, status=status, headers=sent)
    odd = {"traceparent": f"00-{planted['invalid traceparent']}"}
    odd["X-Request-Id"] = f"<{planted['invalid X-Request-Id']}>"
    visitor.ask("GET", ME, status=401, headers=odd)
    address = {"X-Forwarded-For": planted["X-Forwarded-For"]}
    visitor.post(LOGIN, {}, status=400, headers=address)


def broken_http(visitor: Visitor, planted: Planted) -> None:
    """Send malformed requests, which gunicorn rejects itself without a proxy."""
    begin, end = "GET /api/ HTTP/1.1\r\nHost: localhost\r\n", "\r\n\r\n"
    visitor.raw(f"{begin}Authorization Bearer {planted['header without a colon']}{end}", status=400)
    long = planted["overlong header"] * 1000
    visitor.raw(f"{begin}Authorization: Bearer {long}{end}", status=431)
    visitor.raw(f"{planted['invalid request line']}{end}", status=400)
    visitor.raw(f"GET /?q={planted['query of an unknown HTTP version']} HTTP/9.9{end}", status=400)


def addresses(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> None:
    """Send canaries in paths and queries."""
    ask: dict[str, Any] = {"status": 404, "headers": admin}
    visitor.ask("GET", f"/api/{planted['path']}/", **ask)
    visitor.ask("GET", f"/api/v1/users/{planted['path of a user']}/", **ask)
    visitor.ask("GET", f"/api/v1/imports/{planted['path of an import']}/", **ask)
    visitor.ask("GET", f"/api/v1/users/?search={planted['search']}", status=200, headers=admin)
    visitor.ask("GET", f"/api/v1/users/?q={planted['part of a text']}", status=200, headers=admin)
    export = f"/api/v1/users/export.csv?search={planted['search of an export']}"
    visitor.ask("GET", export, status=200, headers=admin)
    for name, value, status in (
        ("cursor", planted["cursor"], 404),
        ("ordering", planted["ordering"], 400),
        ("import", planted["invalid import id"], 400),
        (planted["unknown query parameter"], planted["unknown query parameter"], 400),
    ):
        visitor.ask("GET", "/api/v1/users/", status=status, headers=admin, params={name: value})


def bodies(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> None:
    """Send canaries in valid and invalid JSON."""
    unknown = {planted["unknown JSON key"]: planted["value of an unknown JSON key"]}
    visitor.ask("PATCH", ME, status=400, headers=admin, json={"name": "Admin"} | unknown)
    password = {"current_password": planted["current password in a change"]}
    visitor.ask("PATCH", ME, status=200, headers=admin, json={"name": "Admin"} | password)
    wrong = {"is_staff": planted["value of the wrong type"], "email": ["x"], "name": {"a": "b"}}
    visitor.post("/api/v1/users/", wrong, status=400, headers=admin)
    twice = planted["duplicate JSON key"]
    as_json = {"headers": {"Content-Type": "application/json"}}
    text = f'{{"{twice}": 1, "{twice}": 2}}'
    visitor.ask("POST", LOGIN, status=400, content=text, **as_json)
    text = f'{{"password": "{planted["truncated JSON"]}'
    visitor.ask("POST", LOGIN, status=400, content=text, **as_json)
    form = {"password": planted["form instead of JSON"]}
    visitor.ask("POST", LOGIN, status=415, data=form)
    given = {"password": planted["password set by a superuser"], "email": "set@example.com"}
    visitor.post("/api/v1/users/", given, status=201, headers=admin)


def keys(visitor: Visitor, planted: dict[str, str], admin: dict[str, str]) -> None:
    """Create and use an API key, and send one that is not valid."""
    body = {"name": planted["name of an API key"], "scopes": ["users:read"]}
    key = visitor.post("/api/v1/keys/", body, status=201, headers=admin).json()["key"]
    planted["API key"] = key
    for text, status in ((key, 200), (f"acc_1_{planted['invalid API key']}", 401)):
        visitor.ask("GET", ME, status=status, headers={"Authorization": f"Bearer {text}"})


def webhooks(visitor: Visitor, planted: dict[str, str], admin: dict[str, str]) -> None:
    """Register a webhook and rotate its secret, and send a URL that is not valid."""
    url, path = "/api/v1/webhooks/", planted["path of the URL of a webhook"]
    body = {"url": f"https://receiver.invalid/{path}", "events": ["user.created"]}
    body |= {"description": planted["description of a webhook"]}
    webhook = visitor.post(url, body, status=201, headers=admin).json()
    planted["secret of a webhook"] = webhook["secret"]
    one = f"{url}{webhook['id']}/"
    rotated = visitor.post(f"{one}rotate-secret/", {}, status=200, headers=admin).json()
    planted["second secret of a webhook"] = rotated["secret"]
    visitor.post(f"{one}test/", {}, status=202, headers=admin)
    body["url"] = f"http://127.0.0.1/{planted['URL of a rejected webhook']}"
    visitor.post(url, body, status=400, headers=admin)


def attributes(visitor: Visitor, planted: Planted, admin: dict[str, str]) -> None:
    """Send canaries in declarations and values of attributes, and in their filter."""
    declaration = {"name": "title", "type": "text", "label_en": planted["label of an attribute"]}
    visitor.post("/api/v1/attributes/", declaration, status=201, headers=admin)
    declaration = {"name": "floor", "type": "integer"}
    visitor.post("/api/v1/attributes/", declaration, status=201, headers=admin)
    for values, status in (
        ({"title": planted["value of an attribute"]}, 200),
        ({"floor": planted["invalid value of an attribute"]}, 400),
        ({planted["unknown attribute"]: 1}, 400),
    ):
        visitor.ask("PATCH", ME, status=status, headers=admin, json={"attributes": values})
    query = {"attributes.title": planted["filter by an attribute"]}
    visitor.ask("GET", "/api/v1/users/", status=200, headers=admin, params=query)


def browser(base_url: str, planted: Planted) -> None:
    """Use the admin: a failing login, a login, a search and a new user."""
    with httpx.Client(
        base_url=base_url, trust_env=False, timeout=30, follow_redirects=True
    ) as client:
        login = "/admin/login/"
        client.get(login)
        form = {"username": ADMIN, "next": "/admin/"}
        form["password"] = planted["wrong password at the admin's login"]
        assert "Please enter the correct" in send(client, login, form)
        assert "Site administration" in send(client, login, form | {"password": PASSWORD})
        users = "/admin/users_uc/user/"
        client.get(users, params={"q": planted["search of the admin"]})
        user = {"email": f"{planted['e-mail set in the admin']}@example.com"}
        user |= dict.fromkeys(("password1", "password2"), planted["password set in the admin"])
        assert "was added" in send(client, f"{users}add/", user | {"usable_password": "true"})


def send(client: httpx.Client, url: str, form: dict[str, str]) -> str:
    """Send a form of the admin and return the next page."""
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    return client.post(url, data=form | token).text
