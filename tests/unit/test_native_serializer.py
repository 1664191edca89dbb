"""Representations by `NativeSerializer`, compared with those of DRF."""

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

USERS: list[dict[str, Any]] = [
    {"name": "Ana Araújo", "phone": "+55 21", "import_id": uuid.UUID(int=7)},
    {"is_active": False, "is_staff": True, "can_import": True},
    {"date_joined": datetime(2026, 1, 2, tzinfo=UTC)},
]


def user_with(**values: object) -> User:
    """Return a user like one from `users_with_rights`."""
    can_import = values.pop("can_import", False)
    joined = {"date_joined": datetime(2026, 11, 24, 3, 51, 32, 669305, tzinfo=UTC)}
    user = User(id=77, email="ana@example.com", **(joined | values))
    user.can_import = can_import  # type: ignore[attr-defined]
    user.email_verified = False  # type: ignore[attr-defined]
    return user


def as_json(document: object) -> Any:
    """Return the document as a client parses it."""
    return orjson.loads(JSONRenderer().render(document))


@pytest.mark.parametrize("serializer", [UserSerializer, RegisterSerializer])
@pytest.mark.parametrize("values", USERS, ids=str)
def test_a_user_is_represented_as_by_drf(
    serializer: type[NativeSerializer[User]], values: dict[str, object]
) -> None:
    user = user_with(**values)
    by_drf = super(NativeSerializer, serializer(user)).to_representation(user)
    shown = as_json(serializer(user).data)
    assert shown == as_json(by_drf)
    assert list(shown) == list(by_drf)
    assert "password" not in shown


def test_users_in_a_list_are_represented_like_a_single_one() -> None:
    users = [user_with(**values) for values in USERS]
    shown: Any = UserSerializer(users, many=True).data
    assert shown == [UserSerializer(user).data for user in users]


def test_a_computed_field_is_an_error() -> None:
    class WithMessage(NativeSerializer[ImportRowError]):
        message = serializers.SerializerMethodField()

        class Meta:
            model = ImportRowError
            fields = ("line", "message")

    with pytest.raises(TypeError, match=r"WithMessage\.message is not of a native type"):
        WithMessage(ImportRowError(line=1)).data  # noqa: B018
