"""Asks a clamd whether bytes hold malware (INSTREAM) and by which signatures (VERSION), over a Unix socket or TCP.

Nothing else is asked of it, and it learns neither names nor places: only bytes. See clamd(8).
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 256 * 1024
ANSWER_MOST = 4096


class ScannerAway(Exception):
    """Nobody answers, or breaks off: says nothing about the bytes. Ask again later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says. `found` is its name for what it found; `refused` why it did not look at all of it."""

    found: str = ""
    refused: str = ""


def scan(url: str, pieces: Iterable[bytes], *, seconds: float) -> Verdict:
    """Send the bytes and return the verdict. `seconds` is how long one answer or one piece may take.

    Raises ScannerAway, and ValueError for an address that is neither `unix:///path` nor `tcp://host:port`.
    """
    try:
        with _connected(url, seconds) as line:
            line.sendall(b"zINSTREAM\0")
            refused = _send(line, pieces)
            return _verdict(refused or _answer(line))
    except OSError as problem:
        raise ScannerAway(type(problem).__name__) from problem


def version(url: str, *, seconds: float) -> str:
    """What the scanner says of itself and its signatures: “ClamAV 1.4.6/27001/Mon Nov 30 …”. Raises as `scan`."""
    try:
        with _connected(url, seconds) as line:
            line.sendall(b"zVERSION\0")
            return _plain(_answer(line).rstrip(b"\0\n").decode("utf-8", "replace"))
    except OSError as problem:
        raise ScannerAway(type(problem).__name__) from problem


def _connected(url: str, seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(seconds)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    if parts.scheme == "tcp" and parts.hostname and parts.port:
        return socket.create_connection((parts.hostname, parts.port), timeout=seconds)
    raise ValueError("CLAMD_URL has to be unix:///path or tcp://host:port.")


def _send(line: socket.socket, pieces: Iterable[bytes]) -> bytes:
    """Send all of it. clamd hangs up in the middle where its StreamMaxLength is reached: then what it said so far."""
    try:
        for piece in pieces:
            for at in range(0, len(piece), PIECE):
                part = piece[at : at + PIECE]
                line.sendall(struct.pack(">I", len(part)) + part)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        try:
            return _answer(line)
        except OSError as problem:
            raise ScannerAway("it hung up") from problem
    return b""


def _answer(line: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER_MOST:
        heard = line.recv(ANSWER_MOST)
        if not heard:
            break
        said += heard
    if not said:
        raise ScannerAway("it said nothing")
    return said


def _verdict(said: bytes) -> Verdict:
    words = said.rstrip(b"\0\n").decode("utf-8", "replace").removeprefix("stream: ")
    if words == "OK":
        return Verdict()
    if words.endswith(" FOUND"):
        return Verdict(found=_plain(words.removesuffix(" FOUND")) or "unnamed")
    if "size limit exceeded" in words:
        return Verdict(refused="too_large")
    # An error of the scanner itself, such as no memory: it may be over next time.
    raise ScannerAway(_plain(words))


def _plain(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9 ._:()/+-]", "", words)[:100]
