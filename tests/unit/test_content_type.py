"""Clean Content-Type headers. tests/e2e/hostile/test_requests.py tests them with gunicorn."""

from collections.abc import Callable
from typing import Any

import pytest

from core.http.content_type import with_plain_types


def seen_by_application(content_type: str | None) -> Any:
    """Return the content type that the application sees."""
    seen: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.append(environ)
        return []

    environ = {} if content_type is None else {"CONTENT_TYPE": content_type}
    with_plain_types(application)(environ, lambda *_: None)
    return seen[0].get("CONTENT_TYPE")


@pytest.mark.parametrize(
    "content_type",
    [
        *(None, "", "application/json", "text/plain; x=y", "nonsense", ";", "a/b; charset=utf-8"),
        *('a/b; charset="UTF-8"', "multipart/form-data; boundary=----WebKitFormBoundaryx"),
        *("a" * 8000, "a/b; boundary=\xe9"),
    ],
)
def test_a_harmless_content_type_is_unchanged(content_type: str | None) -> None:
    assert seen_by_application(content_type) == content_type


@pytest.mark.parametrize("charset", ["hex", "idna", "undefined", "latin-1", "nope", "a\0", "UTF8"])
def test_any_other_charset_is_renamed(charset: str) -> None:
    new = f'declared-charset="{charset}"'
    assert seen_by_application(f"application/json; charset={charset}") == f"application/json; {new}"
    assert (
        seen_by_application(f'a/b; charset={charset}; boundary="b b"')
        == f'a/b; boundary="b b"; {new}'
    )
    assert (
        seen_by_application(f"a/b; boundary=b; Charset={charset}; x=y")
        == f'a/b; boundary="b"; x="y"; {new}'
    )
    assert seen_by_application(f"a/b; charset*=utf-8''{charset}") == f"a/b; {new}"


def test_a_charset_of_other_letters_stays_ascii() -> None:
    renamed = seen_by_application("a/b; charset*=utf-8''%C3%A9")
    assert renamed == "a/b; declared-charset*=utf-8''%C3%A9"


@pytest.mark.parametrize(
    "parameter",
    [
        "charset*=nope''x",
        "x*=nope''y",
        "x*0*=nope''y",
        "charset=latin-1; y*=''%E9",
        "charset=x; z*=hex''%E9",
    ],
)
def test_an_unreadable_content_type_becomes_empty(parameter: str) -> None:
    assert seen_by_application(f"multipart/form-data; boundary=b; {parameter}") == ""
