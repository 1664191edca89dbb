"""What a NativeSerializer shows is what a ModelSerializer would."""

import uuid
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from rest_framework import serializers

from core.http.json_body import JSONRenderer
from core.http.serializers import NativeSerializer
from tasks.models import ImportRowError
from users_uc.models import User
from users_uc.serializers.access import RegisterSerializer
from users_uc.serializers.users import UserSerializer

PEOPLE: list[dict[str, Any]] = [
    {"name": "Ana Araújo", "phone": "+55 21", "import_id": uuid.UUID(int=7)},
    {"is_active": False, "is_staff": True, "can_import": True},
    {"date_joined": datetime(2026, 1, 2, tzinfo=UTC)},
]


def person(**values: object) -> User:
    """As shown_users gives it."""
    can_import = values.pop("can_import", False)
    joined = {"date_joined": datetime(2026, 11, 24, 3, 51, 32, 669305, tzinfo=UTC)}
    user = User(id=77, email="ana@example.com", **(joined | values))
    user.can_import = can_import  # type: ignore[attr-defined]
    user.email_verified = False  # type: ignore[attr-defined]
    return user


def as_json(document: object) -> Any:
    """What a client reads."""
    return orjson.loads(JSONRenderer().render(document))


@pytest.mark.parametrize("serializer", [UserSerializer, RegisterSerializer])
@pytest.mark.parametrize("values", PEOPLE, ids=str)
def test_shows_what_drf_would(
    serializer: type[NativeSerializer[User]], values: dict[str, object]
) -> None:
    user = person(**values)
    by_drf = super(NativeSerializer, serializer(user)).to_representation(user)
    shown = as_json(serializer(user).data)
    assert shown == as_json(by_drf)
    assert list(shown) == list(by_drf)
    assert "password" not in shown


def test_many_are_shown_like_one() -> None:
    users = [person(**values) for values in PEOPLE]
    shown: Any = UserSerializer(users, many=True).data
    assert shown == [UserSerializer(user).data for user in users]


def test_a_field_that_makes_its_value_is_refused() -> None:
    class WithMessage(NativeSerializer[ImportRowError]):
        message = serializers.SerializerMethodField()

        class Meta:
            model = ImportRowError
            fields = ("line", "message")

    with pytest.raises(TypeError, match=r"WithMessage\.message is not of a native type"):
        WithMessage(ImportRowError(line=1)).data  # noqa: B018
