"""Read one version of an object, by ranges that are checked and taken up again where a connection broke."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from apps.evidence.s3.connection import Connection
from apps.evidence.store_contract import PIECE, StoreUnavailable

if TYPE_CHECKING:
    from botocore.response import StreamingBody

TRIES = 3
PAUSE_SECONDS = 0.2


def read(connection: Connection, key: str, version: str, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes `start` up to, not including, `end`, all of which have to exist, in pieces of at most PIECE.

    Asks for the first of them at once: raises MissingObject before anybody takes a piece. A connection that breaks is
    taken up again behind the last byte; StoreUnavailable follows only after three tries without another byte.
    """
    if start >= end:
        return iter(())
    return _pieces(connection, key, version, start, end, _ask(connection, key, version, start, end))


def _pieces(
    connection: Connection, key: str, version: str, start: int, end: int, body: StreamingBody | None
) -> Iterator[bytes]:
    tries = 0
    try:
        while start < end:
            try:
                with connection.own_errors(key):
                    body = body or _ask(connection, key, version, start, end)
                    piece = body.read(min(PIECE, end - start))
                    if not piece:
                        raise StoreUnavailable("The evidence store sent fewer bytes than it said.")
            except StoreUnavailable:
                _close(body)
                body = None
                tries += 1
                if tries == TRIES:
                    raise
                time.sleep(PAUSE_SECONDS * tries)
                continue
            tries = 0
            start += len(piece)
            yield piece
    finally:
        _close(body)


def _close(body: StreamingBody | None) -> None:
    if body is not None:
        body.close()


def _ask(connection: Connection, key: str, version: str, start: int, end: int) -> StreamingBody:
    wanted = f"bytes {start}-{end - 1}/"
    with connection.own_errors(key):
        answer = connection.client.get_object(**connection.named(key, version), Range=f"bytes={start}-{end - 1}")
    if not answer.get("ContentRange", "").startswith(wanted):
        # Something in between answered for the store, or the store sends an error as if it were the object.
        answer["Body"].close()
        raise StoreUnavailable("The evidence store sent something else than the range that was asked for.")
    return answer["Body"]
