"""Views of user management."""

from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from core.http.idempotency_key import REPLAYED
from core.http.openapi import IDEMPOTENCY_KEY, LOCATION_OF_CREATED, REPLAYED_CREATION, errors
from core.postgres.compiled_rows import CompiledRows
from users_uc.api_keys.authentication import USERS
from users_uc.auth import caller, lock_caller_and_target
from users_uc.creation_keys import CreatedUserDeleted, RepeatedCreation
from users_uc.etags import (
    CHANGED,
    ETAG_OF_CREATED,
    IF_MATCH,
    IF_NONE_MATCH,
    UNCHANGED,
    UserETags,
    check_if_match,
)
from users_uc.filters import LIST_PARAMETER_NAMES, USER_LIST_PARAMETERS, filter_users, search_text
from users_uc.models import User
from users_uc.pagination import UserPages
from users_uc.permissions import IsStaff, may_delete
from users_uc.search import bounded_search
from users_uc.serializers.users import UserSerializer, user_document
from users_uc.user_queries import find_user, users_with_rights
from users_uc.views.recheck import RecheckAfterBody
from users_uc.visibility import may_list, visible_rows, visible_user, visible_users

_rows = CompiledRows(users_with_rights, UserSerializer.shown_names)


class MayListUsers(BasePermission):
    """Permission of staff, and of importers, who see the users of their own files."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and may_list(request.user))


@extend_schema_view(
    create=extend_schema(
        description="Create a user. Only staff may do this.",
        parameters=[LOCATION_OF_CREATED, ETAG_OF_CREATED, IDEMPOTENCY_KEY, REPLAYED_CREATION],
        responses={
            201: UserSerializer,
            **errors(
                {
                    409: "`idempotency_key_reused`: the key was used for another user.",
                    410: "`user_deleted`: the user of the key has been deleted.",
                }
            ),
        },
    ),
    retrieve=extend_schema(
        description="Return a user. Staff see all users, importers those of their own files, and "
        "all others themselves.",
        parameters=IF_NONE_MATCH,
        responses={200: UserSerializer, **UNCHANGED},
    ),
    update=extend_schema(
        description="Replace the fields of a user.",
        parameters=IF_MATCH,
        responses={200: UserSerializer, **CHANGED},
    ),
    partial_update=extend_schema(
        description="Change some fields of a user.",
        parameters=IF_MATCH,
        responses={200: UserSerializer, **CHANGED},
    ),
    destroy=extend_schema(
        description="Delete a user. Staff may delete users without privileges, superusers all.",
        parameters=IF_MATCH[:1],
        responses={204: None, **CHANGED},
    ),
)
class UserViewSet(UserETags, RecheckAfterBody, viewsets.ModelViewSet[User]):
    """Management of users. Callers who are not staff change only their own user."""

    operation_ids = {
        "list": "listUsers",
        "create": "createUser",
        "retrieve": "getUser",
        "update": "replaceUser",
        "partial_update": "updateUser",
        "destroy": "deleteUser",
    }
    key_scopes = USERS
    serializer_class = UserSerializer
    pagination_class = UserPages
    query_parameters = LIST_PARAMETER_NAMES
    lookup_value_regex = "[0-9]{1,18}"

    def get_permissions(self) -> list[Any]:
        """Restrict `list` and `create`. `get_object` restricts the other actions."""
        special = {"list": MayListUsers(), "create": IsStaff()}.get(self.action)
        return [IsAuthenticated(), special] if special else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[User, Any]:
        """Return the users whom the caller may see. A list is filtered and has values."""
        if self.action == "list":
            rows = visible_rows(_rows.all(), caller(self.request))
            return filter_users(rows, self.request.query_params)
        return visible_users(caller(self.request))

    def get_object(self) -> User:
        """Return the user in the URL. Raises `Http404` if the caller may not see the user."""
        user = visible_user(caller(self.request), int(self.kwargs["pk"]))
        if user is None:
            raise Http404
        return user

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().create(request, *args, **kwargs)
        except RepeatedCreation as repeated:
            user = find_user(repeated.user_id)
            if user is None:
                raise CreatedUserDeleted from None
            document = UserSerializer(user).data
            headers = self.get_success_headers(document) | REPLAYED
            return Response(document, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(parameters=USER_LIST_PARAMETERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List users: all for staff, and for importers those whom their imports created."""
        with bounded_search() if search_text(request.query_params) else nullcontext():
            return super().list(request, *args, **kwargs)

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Return the headers of a created user."""
        return {"Location": reverse("user-detail", args=[data["id"]], request=self.request)}

    def perform_destroy(self, instance: User) -> None:
        """Delete the user. Raises `PermissionDenied` if the caller may not."""
        with transaction.atomic():
            actor, target = lock_caller_and_target(self.request, instance)
            if not may_delete(actor, target):
                raise PermissionDenied
            check_if_match(self.request, lambda: user_document(target.pk))
            target.delete()
