"""fetch: one GET, bounded in time, size and redirects, over connections to addresses that were judged before.

The standard library's client is used, not urllib3 or requests: each of these resolves the name again when it connects.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from apps.core.deadline import Deadline
from apps.layers.fetching.addresses import PUBLIC, Reach, Target, addresses_of, target_of
from apps.layers.fetching.refusals import FetchRefused, refused

_PIECE = 65_536
_CONNECT_SECONDS = 10.0
_REDIRECTS = (301, 302, 303, 307, 308)
_TYPES = (
    "application/json", "application/geo+json", "application/vnd.geo+json", "text/json", "text/csv", "text/plain",
    "application/csv", "application/vnd.ms-excel", "application/zip", "application/x-zip-compressed",
    "application/octet-stream", "binary/octet-stream",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an address may take: seconds in all, bytes as sent and unpacked, and redirects."""

    seconds: float
    most_bytes: int
    redirects: int = 5


def fetch(url: str, *, limits: Limits, reach: Reach = PUBLIC) -> bytes:
    """What the address answers. Raises FetchRefused with a sentence for people."""
    with Deadline(limits.seconds) as deadline:
        try:
            for _hop in range(limits.redirects + 1):
                target = target_of(url)
                with _answer_of(target, addresses_of(target, reach), reach, deadline) as answer:
                    if answer.status in _REDIRECTS and (onward := answer.headers.get("Location")):
                        url = urljoin(url, onward)
                        continue
                    _check(answer)
                    return _not_html(_body(answer, limits, deadline))
            raise refused("redirects")
        except FetchRefused as error:
            if deadline.passed and error.code in ("no_answer", "cut", "not_http", "tls"):
                raise refused("slow", seconds=round(limits.seconds)) from error
            raise


@contextmanager
def _answer_of(
    target: Target, addresses: list[str], reach: Reach, deadline: Deadline
) -> Iterator[http.client.HTTPResponse]:
    """The head of the answer; the body is still to be read."""
    connection = http.client.HTTPSConnection(target.host, target.port)
    connection.sock = _connected(target, addresses, reach, deadline)
    try:
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", target.said_host)
        connection.putheader("User-Agent", "community-camera-partnership-portal")
        connection.putheader("Accept", "application/geo+json, application/json, text/csv, application/zip, */*;q=0.1")
        connection.putheader("Accept-Encoding", "gzip")
        connection.putheader("Connection", "close")
        connection.endheaders()
        yield connection.getresponse()
    except http.client.InvalidURL as error:
        raise refused("address") from error
    except (http.client.RemoteDisconnected, OSError) as error:
        raise refused("no_answer") from error
    except http.client.IncompleteRead as error:
        raise refused("cut") from error
    except (http.client.HTTPException, ValueError) as error:
        raise refused("not_http") from error
    finally:
        connection.close()


def _connected(target: Target, addresses: list[str], reach: Reach, deadline: Deadline) -> ssl.SSLSocket:
    """A connection to the first of the addresses that takes one, with a certificate for the host's name."""
    for address in addresses:
        try:
            plain = socket.create_connection((address, target.port), timeout=min(_CONNECT_SECONDS, deadline.left))
        except OSError:
            continue
        deadline.watch(plain)
        secure = reach.trust().wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
        try:
            secure.do_handshake()
        except ssl.SSLCertVerificationError as error:
            secure.close()
            raise refused("tls") from error
        except OSError as error:
            secure.close()
            raise refused("no_answer") from error
        return secure
    raise refused("no_answer")


def _check(answer: http.client.HTTPResponse) -> None:
    if answer.status != 200:
        raise refused("status", status=answer.status)
    kind = (answer.headers.get_content_type() if answer.headers.get("Content-Type") else "").lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise refused("html")
    if kind and kind not in _TYPES:
        raise refused("type", type=kind[:60])


def _body(answer: http.client.HTTPResponse, limits: Limits, deadline: Deadline) -> bytes:
    """The whole body, unpacked. Neither what is sent nor what it unpacks to is longer than the limit."""
    packing = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip"):
        raise refused("packing")
    unpack = zlib.decompressobj(31) if packing.endswith("gzip") else None
    too_large = refused("too_large", mb=limits.most_bytes // 1_000_000)
    whole, sent = bytearray(), 0
    while piece := answer.read1(_PIECE):
        sent += len(piece)
        if deadline.passed:
            break
        if unpack is not None:
            try:
                piece = unpack.decompress(piece, limits.most_bytes - len(whole) + 1)
            except zlib.error as error:
                raise refused("cut") from error
        whole += piece
        if sent > limits.most_bytes or len(whole) > limits.most_bytes:
            raise too_large
    if deadline.passed:
        raise refused("slow", seconds=round(limits.seconds))
    if answer.length or (unpack is not None and not unpack.eof):
        raise refused("cut")
    return bytes(whole)


def _not_html(content: bytes) -> bytes:
    """A page that calls itself JSON is a page all the same."""
    start = content[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise refused("html")
    return content
