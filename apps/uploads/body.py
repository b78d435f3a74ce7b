"""The bytes of a request, as they come, with a limit on silence.

`wsgi.input.read(n)` waits until n bytes are here; on a slow line that is long, and what a cut connection had delivered
is lost with it. Under gunicorn (its threaded worker puts the socket into the environ) the body is therefore received
straight from the socket into our block, and gunicorn's own count is kept right so that the connection can be reused.
Any other server is read in small pieces through WSGI, and its own time-outs count.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast

_SMALL_PIECE = 64 * 1024
# gunicorn's chunk parser cannot go on after a time-out, so it is given longer than one turn of our loop.
_CHUNK_PATIENCE_S = 5.0


class Silent(Exception):
    """Nothing came within the time-out. The body may go on later."""


class CutOff(Exception):
    """The connection ended, or broke its framing, before the body was over."""


class Body(Protocol):
    """Where the bytes of one request come from."""

    def receive_into(self, block: memoryview, timeout: float) -> int:
        """Fill the start of `block` with what is here, waiting up to `timeout` seconds; 0 once the body is over.

        Raises Silent or CutOff.
        """


class SocketBody:
    """A body of known length on gunicorn's socket."""

    def __init__(self, sock: socket.socket, body: Any) -> None:
        self._sock = sock
        self._body = body
        self._reader = body.reader
        # What came with the headers; anything behind our body belongs to the next request.
        early = self._reader.unreader.take_buffered()
        self._early = memoryview(early[: self._reader.length])
        self._reader.unreader.unread(early[self._reader.length :])

    def receive_into(self, block: memoryview, timeout: float) -> int:
        if self._reader.length == 0:
            return 0
        if self._early:
            count = min(len(block), len(self._early))
            block[:count] = self._early[:count]
            self._early = self._early[count:]
        else:
            count = self._receive(block[: self._reader.length], timeout)
        self._reader.length -= count
        return count

    def _receive(self, block: memoryview, timeout: float) -> int:
        if self._sock.gettimeout() != timeout:
            self._sock.settimeout(timeout)
        try:
            count = self._sock.recv_into(block)
        except TimeoutError:
            self._body.failed = True  # until a later call succeeds nobody may reuse the connection
            raise Silent from None
        except OSError:
            count = 0
        self._body.failed = count == 0
        if count == 0:
            raise CutOff
        return count


class ChunkedBody:
    """A chunked body under gunicorn: its parser is asked for one piece at a time."""

    def __init__(self, sock: socket.socket, body: Any) -> None:
        self._sock = sock
        self._body = body
        self._pieces: Iterator[bytes] = body.reader.parser
        self._piece = memoryview(b"")

    def receive_into(self, block: memoryview, timeout: float) -> int:
        if not self._piece:
            self._sock.settimeout(max(timeout, _CHUNK_PATIENCE_S))
            try:
                self._piece = memoryview(next(self._pieces))
            except StopIteration:
                self._body.reader.parser = None
                return 0
            except Exception:
                self._body.failed = True
                raise CutOff from None
        count = min(len(block), len(self._piece))
        block[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


class StreamBody:
    """A body on any WSGI server, or in a test without one."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def receive_into(self, block: memoryview, timeout: float) -> int:
        wanted = min(len(block), self._left, _SMALL_PIECE)
        if wanted == 0:
            return 0
        try:
            piece = self._stream.read(wanted)
        except TimeoutError:
            raise Silent from None
        except Exception:
            raise CutOff from None
        if not piece:
            raise CutOff
        block[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


def body_of(environ: Mapping[str, Any]) -> Body:
    """The body of this request, read in the best way that its server allows."""
    stream, sock = environ["wsgi.input"], environ.get("gunicorn.socket")
    if sock is not None and hasattr(sock, "lift_deadline"):
        sock.lift_deadline()  # the pace of an upload is judged by `receiving`
    reader = getattr(stream, "reader", None)
    if sock is not None and reader is not None and stream.buf.tell() == 0:
        if type(reader).__name__ == "LengthReader":
            return SocketBody(sock, stream)
        if type(reader).__name__ == "ChunkedReader":
            return ChunkedBody(sock, stream)
    raw = cast(str, environ.get("CONTENT_LENGTH") or "0")
    return StreamBody(stream, int(raw) if raw.isascii() and raw.isdigit() else 0)


def declared_length(environ: Mapping[str, Any]) -> int | None:
    """Content-Length; None for a chunked body."""
    raw = environ.get("CONTENT_LENGTH")
    if raw:
        return int(raw) if raw.isascii() and raw.isdigit() else 0
    return None if "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower() else 0
