"""The endpoint that inspects the beginning of a file."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http.multipart import MultiPartParser
from core.http.throttling import UploadThrottle
from tasks import openapi
from tasks.intake.inspection import inspect
from tasks.intake.inspection_request import receive_beginning
from tasks.status.inspection import InspectedSerializer
from tasks.views.upload import CanImport, as_api_errors
from users_uc.api_keys.authentication import UPLOADS
from users_uc.auth import caller


class InspectView(APIView):
    operation_ids = {"post": "inspectFile"}
    key_scopes = UPLOADS
    checks_query_of = frozenset({"POST"})
    parser_classes = [MultiPartParser]
    permission_classes = [IsAuthenticated, CanImport]
    throttle_classes = [UploadThrottle]

    @openapi.inspect
    def post(self, request: Request) -> Response:
        """Inspect the first megabyte of a file: how an upload would read it. Nothing is stored.

        A file that an upload would refuse has an `error` in the answer.
        """
        with as_api_errors():
            data, options = receive_beginning(request)
            inspection = inspect(data, options, caller(request))
        return Response(InspectedSerializer(inspection).data)
