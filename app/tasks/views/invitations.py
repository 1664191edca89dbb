"""How many of an import's people were written to."""

from rest_framework.request import Request
from rest_framework.response import Response

from tasks import openapi
from tasks.views.jobs import JobView
from users_uc.mail.invitations import counts


class InvitationsView(JobView):
    """The invitations of one import; they go on after its end."""

    @openapi.invitations
    def get(self, request: Request, task_id: str) -> Response:
        """All zeros where `invite` was not asked for."""
        return Response(counts(self.get_job().id))
