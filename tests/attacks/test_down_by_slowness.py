"""Down by slowness: senders that dawdle lose their thread, and everybody else is served."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from config.worker import DeadlineSocket
from tests.uploads.live import Server, serving

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 4


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(workers=1, threads=THREADS, env={"HEADER_SECONDS": "1", "BODY_SECONDS": "2"}) as running:
        yield running


def crowd(server: Server, stack: ExitStack, said: bytes) -> list[socket.socket]:
    """More senders than there are threads, each of whom begins to say something and stops."""
    senders = [
        stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 60)) for _ in range(THREADS * 3)
    ]
    for sender in senders:
        sender.sendall(said)
    return senders


def answer(server: Server) -> bytes:
    """What an honest visitor gets; waits a minute for it."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as visitor:
        visitor.sendall(b"GET /terms/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return visitor.recv(12)


@pytest.mark.parametrize(
    "said",
    [
        b"GET /terms/ HTTP/1.1\r\nHost: local",
        b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 1000\r\n\r\nlanguage=",
        b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nlangu",
    ],
    ids=["headers", "form", "chunked form"],
)
def test_a_crowd_that_stops_in_the_middle_is_let_go_and_others_are_served(server, said):
    with ExitStack() as stack:
        crowd(server, stack, said)
        assert answer(server) == b"HTTP/1.1 200"


def pair() -> tuple[DeadlineSocket, socket.socket]:
    ours, theirs = socket.socketpair()
    return DeadlineSocket.around(ours), theirs


def test_headers_end_at_the_deadline_however_steadily_a_sender_drips(monkeypatch):
    clock = iter(range(100, 200))
    monkeypatch.setattr("config.worker.time.monotonic", lambda: next(clock))
    ours, theirs = pair()
    ours.in_headers, ours.deadline = True, 103.5
    with ours, theirs:
        theirs.sendall(b"abcdef")
        assert [ours.recv(1) for _ in range(4)] == [b"a", b"b", b"c", b"d"]
        assert ours.recv(1) == b""


def test_a_body_that_comes_at_a_fair_pace_goes_on_and_one_that_drips_ends(monkeypatch):
    now = 100.0
    monkeypatch.setattr("config.worker.time.monotonic", lambda: now)
    ours, theirs = pair()
    ours.deadline = now + 1
    with ours, theirs:
        for _ in range(10):
            theirs.sendall(b"x" * 32 * 1024)
            assert len(ours.recv(32 * 1024)) == 32 * 1024
            now += 1
        now += 11
        theirs.sendall(b"x")
        with pytest.raises(TimeoutError):
            ours.recv(1)


def test_an_upload_keeps_its_own_time():
    ours, theirs = pair()
    ours.deadline = 0.0
    with ours, theirs:
        theirs.sendall(b"x")
        ours.lift_deadline()
        assert ours.recv(1) == b"x"
