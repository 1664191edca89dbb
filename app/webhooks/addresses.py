"""The IP addresses to which webhooks may be sent.

A webhook must not reach what only this machine or its network can reach: RFC 6890 lists the
networks that are not global, and `ipaddress` follows the registries of IANA.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from urllib3.util import Url

DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_REFUSED: Final = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # the metadata of Azure, in a public network
            "192.88.99.0/24",  # relays of 6to4
            # IPv6 addresses that contain an IPv4 address, which a gateway may unpack.
            "::/96",  # IPv4-compatible
            "::ffff:0:0/96",  # IPv4-mapped
            "::ffff:0:0:0/96",  # IPv4-translated
            "64:ff9b::/96",  # NAT64
            "64:ff9b:1::/48",  # local NAT64
            "2001::/32",  # Teredo
            "2002::/16",  # 6to4
            "fec0::/10",  # site-local
        ),
    )
)
_LABEL: Final = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME: Final = re.compile(rf"({_LABEL}\.)*(?!([0-9]+|0x[0-9a-f]*)$){_LABEL}")
"""RFC 1123, and underscores, which names inside a network have. The last label is no number."""
_NAME_LENGTH: Final = 253
_LOOPBACK: Final = (ip_address("127.0.0.1"), ip_address("::1"))


class AddressRefusedError(Exception):
    """A webhook must not be sent to the IP address."""


class InvalidHostError(Exception):
    """The host is neither a domain name nor an IP address."""


def resolve(url: Url) -> list[str]:
    """Return the IP addresses of the URL's host, each of which was checked.

    Raises `AddressRefusedError` if one of them is refused, and `socket.gaierror`. The caller
    connects to these and does not resolve the name again, because the next answer may differ.
    """
    return _checked(url, _look_up(url))


def check_host(url: Url) -> None:
    """Check an IP address in any notation, and the form of a name.

    The IP addresses of a name are checked when an event is sent. Raises `AddressRefusedError` and
    `InvalidHostError`.
    """
    try:
        addresses = _look_up(url, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        _check_name(url)
    else:
        _checked(url, addresses)


def host_of(url: Url) -> str:
    """Return the host without the brackets of an IPv6 address."""
    return (url.host or "").strip("[]")


def port_of(url: Url) -> int:
    return url.port or DEFAULT_PORTS[url.scheme or "https"]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether the IP address belongs to the public internet."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _REFUSED)


def _check_name(url: Url) -> None:
    name = (url.host or "").removesuffix(".")
    if len(name) > _NAME_LENGTH or not _NAME.fullmatch(name):
        raise InvalidHostError
    is_local = name.rpartition(".")[2] == "localhost"  # RFC 6761
    if url.scheme == "http" and not settings.WEBHOOK_ALLOWED_NETWORKS:
        raise AddressRefusedError
    if is_local and not any(map(_is_allowed, _LOOPBACK)):
        raise AddressRefusedError


def _look_up(url: Url, *, flags: int = 0) -> list[str]:
    try:
        found = socket.getaddrinfo(host_of(url), port_of(url), type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError:  # a label of the name is too long
        raise socket.gaierror(socket.EAI_NONAME, "invalid name") from None
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _checked(url: Url, addresses: list[str]) -> list[str]:
    for text in addresses:
        address = ip_address(text)
        if not _is_allowed(address) and (url.scheme != "https" or not is_public(address)):
            raise AddressRefusedError
    return addresses


def _is_allowed(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.WEBHOOK_ALLOWED_NETWORKS)
