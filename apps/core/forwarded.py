"""Who may say for whom a request comes: our own proxies, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_SAID_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


class ForwardedMiddleware:
    """Takes the proxies' headers away from a caller who is none of TRUSTED_PROXY_NETWORKS.

    Somebody who reaches the portal beside the proxy would otherwise choose the address that limits count by.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_proxy(request.META.get("REMOTE_ADDR", ""), tuple(settings.TRUSTED_PROXY_NETWORKS)):
            for name in _SAID_BY_PROXIES:
                request.META.pop(name, None)
        return self.get_response(request)


@lru_cache(maxsize=1024)
def is_proxy(address: str, networks: tuple[str, ...]) -> bool:
    """Whether a connection from this address is one of our proxies'; a local socket has no address and is."""
    if not address:
        return True
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    return any(caller in network for network in _networks(networks))


@lru_cache(maxsize=8)
def _networks(written: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(one) for one in written]
