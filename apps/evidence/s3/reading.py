"""Read one version of an object, by ranges that are checked and taken up again where a connection broke."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.evidence.s3.connection import Connection
from apps.evidence.store_contract import PIECE, StoreUnavailable

if TYPE_CHECKING:
    from botocore.response import StreamingBody

TRIES = 3
PAUSE_SECONDS = 0.2


def read(connection: Connection, key: str, version: str, start: int, end: int, size: int) -> Iterator[bytes]:
    """Yield the bytes `start` up to, not including, `end` of a version of `size` bytes, in pieces of at most PIECE.

    Asks for the first of them at once: raises MissingObject before anybody takes a piece. A connection that breaks is
    taken up again behind the last byte; StoreUnavailable follows only after three tries without another byte.
    """
    if start >= end:
        return iter(())
    asked = _Range(connection, key, version, end, size)
    return _pieces(asked, start, asked.ask(start))


@dataclass(frozen=True, slots=True)
class _Range:
    """What is read, up to which byte."""

    connection: Connection
    key: str
    version: str
    end: int
    size: int

    def ask(self, start: int) -> StreamingBody:
        with self.connection.own_errors(self.key):
            answer = self.connection.client.get_object(
                **self.connection.named(self.key, self.version), Range=f"bytes={start}-{self.end - 1}"
            )
        if answer.get("ContentRange") != f"bytes {start}-{self.end - 1}/{self.size}":
            # Something in between answered for the store, or the store sends an error as if it were the object.
            answer["Body"].close()
            raise StoreUnavailable("The evidence store sent something else than the range that was asked for.")
        return answer["Body"]


def _pieces(asked: _Range, start: int, body: StreamingBody | None) -> Iterator[bytes]:
    tries = 0
    try:
        while start < asked.end:
            try:
                body = body or asked.ask(start)
                with asked.connection.own_errors(asked.key):
                    piece = body.read(min(PIECE, asked.end - start))
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
