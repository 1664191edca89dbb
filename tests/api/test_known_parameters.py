"""Unknown, empty and repeated query parameters, and unknown fields of bodies."""

from typing import Any, Final

import pytest
from rest_framework.test import APIClient

from tests.api.answers import assert_error, message, wrong_fields
from tests.api.test_access import ROWS
from tests.conftest import PASSWORD
from tests.openapi.document import read
from users_uc.models import User

OWN_CHECK = ("/imports/", "/upload-csv/", "/inspect/")
"""A misplaced option of an upload has a message of its own."""
ENDPOINTS = [
    (row[0], row[1])
    for row in ROWS
    if row[1].startswith("/api/") and not row[1].endswith(OWN_CHECK)
]


_JOB: Final = "00000000-0000-0000-0000-000000000001"
PARAMETERS: Final = [
    (path.format(id=1, name="floor", task_id=_JOB, delivery_id=_JOB), parameter["name"])
    for path, operations in read()["paths"].items()
    for parameter in operations.get("get", {}).get("parameters", ())
    if parameter["in"] == "query" and parameter["name"] != "attributes"
] + [("/api/v1/users/", "attributes.floor"), ("/api/v1/users/export.csv", "attributes.floor")]
"""The URLs and query parameters of all GET requests."""


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
def test_an_unknown_parameter_is_400(as_alice: APIClient, endpoint: tuple[str, str]) -> None:
    method, pattern = endpoint
    for known in ("department", "charlie", "bob", "alice", "charlies_key", "webhook"):
        pattern = pattern.replace(f"{{{known}}}", "1")
    for job in ("charlies", "bobs", "alices", "delivery"):
        pattern = pattern.replace(f"{{{job}}}", "00000000-0000-0000-0000-000000000001")
    answer = as_alice.generic(method, f"{pattern}?is_staf=true", "{}", "application/json")
    assert_error(answer, 400, "invalid", is_staf="unknown_parameter")


def test_the_error_names_the_known_parameters(as_bob: APIClient) -> None:
    answer = as_bob.get("/api/v1/users/?is_staf=true")
    assert "is_active" in wrong_fields(answer)["is_staf"][0]["message"]
    assert "cursor" in wrong_fields(answer)["is_staf"][0]["message"]
    answer = as_bob.get("/api/v1/users/me/?search=ann")
    assert "Leave it out" in wrong_fields(answer)["search"][0]["message"]


@pytest.mark.parametrize(("url", "name"), PARAMETERS)
@pytest.mark.parametrize("value", ["=", "", "=%20%09"])
def test_an_empty_parameter_is_400(as_alice: APIClient, url: str, name: str, value: str) -> None:
    (error,) = wrong_fields(as_alice.get(f"{url}?{name}{value}"))[name]
    assert error["code"] == "blank"


@pytest.mark.parametrize(("url", "name"), PARAMETERS)
def test_a_repeated_parameter_is_400(as_alice: APIClient, url: str, name: str) -> None:
    answer = as_alice.get(f"{url}?{name}=1&{name}=1")
    if name == "include":  # it may be repeated
        assert answer.status_code == 404
    else:
        assert wrong_fields(answer)[name][0]["code"] == "repeated_parameter"


def test_the_page_of_the_documents_has_a_parameter_without_a_value(anonymous: APIClient) -> None:
    assert anonymous.get("/api/docs/?script").status_code == 200
    assert_error(anonymous.get("/api/docs/?lang="), 400, "invalid", lang="blank")


def test_a_detail_has_not_the_parameters_of_the_list(as_bob: APIClient, bob: User) -> None:
    assert as_bob.get("/api/v1/users/?search=bob").status_code == 200
    answer = as_bob.get(f"/api/v1/users/{bob.pk}/?search=bob")
    assert_error(answer, 400, "invalid", search="unknown_parameter")


def test_a_list_has_the_parameters_of_pages(as_bob: APIClient) -> None:
    for url in ("/api/v1/users/", "/api/v1/attributes/", "/api/v1/imports/", "/api/v1/keys/"):
        assert as_bob.get(f"{url}?page_size=1").status_code == 200


@pytest.mark.parametrize("url", ["/api/v1/imports/", "/api/v1/users/", "/api/v1/users/me/"])
def test_a_method_that_does_not_exist_is_405_with_any_parameter(
    as_bob: APIClient, url: str
) -> None:
    for query in ("", "?mode=create"):
        assert as_bob.generic("TRACE", f"{url}{query}").status_code == 405


def test_many_and_long_names_have_a_short_answer(as_bob: APIClient) -> None:
    query = "&".join(f"{'x' * 1000}{number}=1" for number in range(50))
    answer = as_bob.get(f"/api/v1/users/?{query}")
    assert answer.status_code == 400
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    ("spelling", "found"),
    [("charlie@example.com", 1), ("CHARLIE@Example.com", 1), ("charlie", 400), ("a@b.org", 0)],
)
def test_a_user_is_found_by_the_exact_address(
    as_bob: APIClient, charlie: User, spelling: str, found: int
) -> None:
    answer = as_bob.get("/api/v1/users/", {"email": spelling})
    if found == 400:
        assert_error(answer, 400, "invalid", email="invalid")
    else:
        assert len(answer.json()["results"]) == found


def test_the_error_of_an_address_without_its_plus_says_how_to_write_it(
    as_bob: APIClient,
) -> None:
    (error,) = wrong_fields(as_bob.get("/api/v1/users/?email=ann+work@example.com"))["email"]
    assert (error["code"], "%2B" in error["message"]) == ("invalid", True)
    assert as_bob.get("/api/v1/users/?email=ann%2Bwork@example.com").status_code == 200


BODIES = [
    ("post", "/api/v1/register/", {"email": "new@x.com", "password": PASSWORD, "nmae": "Ann"}),
    ("post", "/api/v1/auth/login/", {"email": "a@x.com", "password": "x", "remember": True}),
    ("post", "/api/v1/auth/refresh/", {"refresh": "x", "token": "x"}),
    ("post", "/api/v1/auth/logout/", {"refresh": "x", "all": True}),
    ("post", "/api/v1/users/", {"email": "new@x.com", "nmae": "Ann"}),
    ("patch", "/api/v1/users/{bob}/", {"nmae": "Ann"}),
    ("put", "/api/v1/users/{bob}/", {"email": "bob@example.com", "nmae": "Ann"}),
    ("patch", "/api/v1/users/me/", {"nmae": "Ann"}),
    ("delete", "/api/v1/users/me/", {"current_password": PASSWORD, "really": True}),
    ("post", "/api/v1/users/me/password/", {"password": PASSWORD}),
    ("post", "/api/v1/users/me/deactivate/", {"current_password": PASSWORD, "now": True}),
    ("post", "/api/v1/users/set_email/", {"new_mail": "x@x.com"}),
    ("post", "/api/v1/users/reset_password/", {"email": "a@x.com", "language": "en"}),
    ("post", "/api/v1/users/reset_password_confirm/", {"uid": "MQ", "token": "x", "pass": "x"}),
    ("post", "/api/v1/attributes/", {"name": "floor", "type": "integer", "tpye": "x"}),
    ("post", "/api/v1/keys/", {"name": "x", "scopes": ["users:read"], "scope": "users:read"}),
]


@pytest.mark.parametrize("request_", BODIES, ids=lambda body: f"{body[0]} {body[1]}")
def test_an_unknown_field_is_400(
    as_alice: APIClient, bob: User, mail_is_configured: None, request_: Any
) -> None:
    method, url, body = request_
    answer = getattr(as_alice, method)(url.format(bob=bob.pk), body)
    errors = wrong_fields(answer)
    assert {error["code"] for found in errors.values() for error in found} == {"unknown_field"}
    assert len(errors) == 1
    bob.refresh_from_db()
    assert bob.name == "Bob"


CREATIONS: Final[list[tuple[str, dict[str, Any], dict[str, Any]]]] = [
    ("register/", {"email": "new@x.com", "password": PASSWORD}, {"date_joined": None}),
    ("users/", {"email": "new@x.com"}, {"id": 777, "email_verified": True, "last_import_id": None}),
    ("attributes/", {"name": "floor", "type": "integer"}, {"label": "Floor"}),
    ("keys/", {"name": "x", "scopes": ["users:read"]}, {"key": "acc_5_mine", "last_used_at": None}),
    (
        "webhooks/",
        {"url": "https://example.com/", "events": ["user.created"]},
        {"secret": "whsec_AAAA", "disabled_reason": "gone"},
    ),
]
"""URLs, valid bodies and read-only fields."""


@pytest.mark.parametrize(("url", "body", "read_only"), CREATIONS)
def test_a_creation_has_no_read_only_fields(
    as_alice: APIClient, url: str, body: dict[str, Any], read_only: dict[str, Any]
) -> None:
    answer = as_alice.post(f"/api/v1/{url}", body | read_only)
    assert_error(answer, 400, "invalid", **dict.fromkeys(read_only, "read_only_field"))
    answer = as_alice.post(f"/api/v1/{url}", body | {"x": 1})
    known = wrong_fields(answer)["x"][0]["message"].partition("Known: ")[2].rstrip(".").split(", ")
    assert body.keys() <= set(known)
    assert not read_only.keys() & set(known)
    assert as_alice.post(f"/api/v1/{url}", body).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 99),
        ("id", "1"),
        ("id", True),
        ("email_verified", 0),
        ("email_verified", None),
        ("import_id", "00000000-0000-0000-0000-000000000001"),
        ("date_joined", "2001-01-01T00:00:00Z"),
        ("date_joined", "yesterday"),
        ("date_joined", 5),
        ("date_joined", None),
    ],
)
def test_a_change_of_a_read_only_field_is_400(
    as_alice: APIClient, bob: User, field: str, value: Any
) -> None:
    url = f"/api/v1/users/{bob.pk}/"
    document = as_alice.get(url).json()
    for body in ({field: value}, {field: value, "name": "Ann"}):
        assert_error(as_alice.patch(url, body), 400, "invalid", **{field: "read_only_field"})
    answer = as_alice.put(url, document | {field: value})
    assert_error(answer, 400, "invalid", **{field: "read_only_field"})
    assert as_alice.get(url).json() == document


def test_a_stored_time_has_several_spellings(as_alice: APIClient, bob: User) -> None:
    url = f"/api/v1/users/{bob.pk}/"
    for spelling in (bob.date_joined.isoformat(), bob.date_joined.isoformat().replace("T", " ")):
        assert as_alice.patch(url, {"date_joined": spelling, "name": "Ann"}).status_code == 200


@pytest.mark.parametrize("number", [1, 2, 4], ids=lambda number: CREATIONS[number][0])
def test_a_document_that_was_read_can_be_sent_back(as_alice: APIClient, number: int) -> None:
    path, body, _ = CREATIONS[number]
    url = as_alice.post(f"/api/v1/{path}", body)["Location"]
    document = as_alice.get(url).json()
    answer = as_alice.patch(url, document)
    assert answer.json() == document
    name = next(iter(document.keys() & {"id", "label"}))
    answer = as_alice.patch(url, document | {name: "other"})
    assert_error(answer, 400, "invalid", **{name: "read_only_field"})


def test_the_answer_of_a_get_can_be_sent_back(as_alice: APIClient, bob: User) -> None:
    url = f"/api/v1/users/{bob.pk}/"
    document = as_alice.get(url).json()
    assert as_alice.put(url, document).json() == document


def test_the_error_names_the_known_fields(as_alice: APIClient, bob: User) -> None:
    answer = as_alice.patch(f"/api/v1/users/{bob.pk}/", {"nmae": "Ann"})
    assert "external_id" in wrong_fields(answer)["nmae"][0]["message"]
    assert message(answer)
