"""Which servers may be asked. A name is resolved once, each of its addresses is judged, and one of these is used.

So a name that resolves to something else a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from apps.layers.fetching.refusals import refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that stand for an IPv4 address, which the network translates: NAT64 (RFC 6052, RFC 8215), IPv4-mapped,
# IPv4-compatible, ISATAP is told by its middle. 6to4 and Teredo are known to `ipaddress`.
_TRANSLATED = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0/96", "::/96")]
# Not global by their registry, whatever this version of Python says.
_SPECIAL = [
    ipaddress.ip_network(one)
    for one in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
                "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10")
]  # fmt: skip


def is_public(address: Address) -> bool:
    """Whether this is a server on the public internet, and no way around to one that is not."""
    if any(address.version == network.version and address in network for network in [*_TRANSLATED, *_SPECIAL]):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        isatap = (int(address) >> 32) & 0xFFFF_FFFF in (0x0000_5EFE, 0x0200_5EFE)
        if isatap or address.ipv4_mapped or address.sixtofour or address.teredo or address.scope_id:
            return False
    inside = address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    return address.is_global and not inside and not address.is_multicast and not address.is_reserved


def _resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as this computer resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be reached, how names are resolved, and whose certificates count. The portal always uses PUBLIC."""

    allows: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[str]] = _resolve
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context


PUBLIC = Reach()


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: where to connect, and what to ask for."""

    host: str
    port: int
    path: str

    @property
    def said_host(self) -> str:
        """As the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Raises FetchRefused for anything but https with a host, and for an address with a user or a password."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 443
        host = (
            (parts.hostname or "").encode("idna").decode("ascii")
            if ":" not in (parts.hostname or "")
            else parts.hostname
        )
    except (ValueError, UnicodeError) as error:
        raise refused("address") from error
    if parts.scheme.lower() != "https" or not host or "@" in parts.netloc or len(url) > 2000:
        raise refused("address")
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in host):
        raise refused("address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]{}|")
    return Target(host, port, f"{path}?{query}" if query else path)


def addresses_of(target: Target, reach: Reach) -> list[str]:
    """The addresses of the host, each of them allowed. Raises FetchRefused if any is not, or if there is none."""
    try:
        found = list(dict.fromkeys(reach.resolve(target.host, target.port)))
    except (OSError, UnicodeError) as error:
        raise refused("unknown_host") from error
    if not found:
        raise refused("unknown_host")
    try:
        allowed = all(reach.allows(ipaddress.ip_address(one)) for one in found)
    except ValueError as error:
        raise refused("inside") from error
    if not allowed:
        raise refused("inside")
    return found
