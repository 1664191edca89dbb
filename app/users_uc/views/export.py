"""The endpoint of the exported file of users."""

from functools import partial

from django.http import StreamingHttpResponse
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from core.http import streaming
from core.http.negotiation import AnyAccept
from users_uc import openapi
from users_uc.api_keys.authentication import USERS
from users_uc.auth import caller
from users_uc.export import users_csv
from users_uc.filters import LIST_PARAMETER_NAMES, filter_users
from users_uc.models import User
from users_uc.permissions import IsStaff


class UsersFileView(APIView):
    operation_ids = {"get": "exportUsers"}
    key_scopes = USERS
    query_parameters = LIST_PARAMETER_NAMES
    permission_classes = [IsAuthenticated, IsStaff]
    content_negotiation_class = AnyAccept

    @openapi.users_file
    def get(self, request: Request) -> StreamingHttpResponse:
        """Return users as a CSV file. Only staff may do this.

        An import takes the file without options. With `mode=upsert` it changes the users whose
        rows were edited, and adds new ones.
        """
        users = filter_users(User.objects.all(), request.query_params)
        begin = partial(users_csv, users)
        # While PostgreSQL makes a block, the web worker rests.
        lines = streaming.DOWNLOADS.stream(caller(request).pk, begin, rest=0)
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="users.csv"'},
        )
