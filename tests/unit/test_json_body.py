"""JSON bodies of responses."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy

from core.http.json_body import JSONRenderer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": None, "é": [1, 1.5, True]}, '{"a":null,"é":[1,1.5,true]}'),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), '"2026-01-02T03:04:05Z"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (gettext_lazy("Yes"), '"Yes"'),
        (None, ""),
    ],
)
def test_a_value_is_rendered_as_json(value: object, text: str) -> None:
    assert JSONRenderer().render(value).decode() == text


def test_a_value_without_a_json_form_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        JSONRenderer().render({"a": object()})
