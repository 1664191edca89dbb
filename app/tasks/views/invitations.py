"""The counts of an import's invitations."""

from rest_framework.request import Request
from rest_framework.response import Response

from tasks import openapi
from tasks.views.jobs import JobView
from users_uc.mail.invitations import counts


class InvitationsView(JobView):
    """The invitations of an import."""

    operation_ids = {"get": "getInvitations"}

    @openapi.invitations
    def get(self, request: Request, task_id: str) -> Response:
        """Return the counts of the invitations that the import sends.

        Mails are sent also after the import has ended. Without the option `invite` all counts are
        zero.
        """
        return Response(counts(self.get_job().id))
