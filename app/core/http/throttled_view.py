"""Views with several rate limits."""

from rest_framework.request import Request
from rest_framework.views import APIView


class ThrottledInTurn(APIView):
    """A view that stops at the first throttle that rejects the request. DRF calls all of them.

    A request that the limit of its IP address rejects must not count for the account, or one IP
    address could use up the limit of the account.
    """

    def check_throttles(self, request: Request) -> None:
        """Raise Throttled at the first throttle that rejects the request."""
        for throttle in self.get_throttles():
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait() or 0)
