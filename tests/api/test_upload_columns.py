"""POST imports/: the option columns, which maps headers to fields."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from tasks.models import ImportJob
from tests.api.answers import assert_error, wrong_fields

Send = Callable[..., HttpResponse]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("Mail=email", "invalid"),
        ("{'Mail': 'email'}", "invalid"),
        ('["email"]', "invalid"),
        ("[]", "invalid"),
        ("null", "invalid"),
        ('"email"', "invalid"),
        ("1", "invalid"),
        ("9" * 5000, "invalid"),
        ("[" * 200_000, "invalid"),
        ('{"Mail": "e-mail"}', "invalid_choice"),
        ('{"Mail": "is_superuser"}', "invalid_choice"),
        ('{"Mail": ""}', "invalid_choice"),
        ('{"Mail": true}', "invalid_choice"),
        ('{"Mail": ["email"]}', "invalid_choice"),
        ('{"Mail": {"email": null}}', "invalid_choice"),
        ('{"Mail": {}}', "invalid_choice"),
        (json.dumps({f"h{n}": None for n in range(2001)}), "invalid"),
        ('{"Mail": "email", "Mail": "name"}', "duplicate_header"),
        ('{"Mail": null, "Mail": null}', "duplicate_header"),
        ('{"Mail": "email", " MAIL": null}', "duplicate_header"),
        ('{"E mail": "email", "E\xa0mail": null}', "duplicate_header"),
        ('{"Mail": "email", "Post": "email"}', "duplicate_field"),
        ('{"": "email"}', "blank"),
        ('{"  ": null}', "blank"),
        ('{"a\\u0000": null}', "null_characters_not_allowed"),
        ('{"\\ud800": null}', "surrogate_characters_not_allowed"),
        (f'{{"{"a" * 1001}": null}}', "max_length"),
    ],
    ids=lambda value: value[:40],
)
def test_invalid_columns_are_400(send: Send, sent: str, code: str) -> None:
    assert_error(send(columns=sent), 400, "invalid", columns=code)
    assert not ImportJob.objects.exists()


def test_the_message_names_the_valid_fields(send: Send) -> None:
    answer = send(columns='{"Mail": "mail"}')
    (error,) = wrong_fields(answer)["columns"]
    assert error["message"] == (
        "The header Mail is mapped to an unknown field. Send one of email, external_id, name, "
        "first_name, middle_name, last_name, second_last_name, phone, is_active, "
        "password, password_hash, must_change_password, email_verified, or null to ignore the "
        "column."
    )
