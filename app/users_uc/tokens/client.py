"""Which client sent a request."""

from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.http.throttling import network

_SALT = "users_uc.tokens.client"


def fingerprint(request: Request) -> str:
    """Return 64 hexadecimal digits: a keyed hash of the IP address and the `User-Agent`.

    The tabs of one browser have the same fingerprint. It is a hash because it is stored.
    """
    address = network(BaseThrottle().get_ident(request))
    agent = request.headers.get("User-Agent", "")
    return salted_hmac(_SALT, f"{address} {agent}", algorithm="sha256").hexdigest()
