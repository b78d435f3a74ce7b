"""Uploads against a real gunicorn: dropped lines, silence, crowds, kills and full disks."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tusclient.client import TusClient

from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import Invitation
from apps.footage_requests.states import InvitationState, RequestState
from apps.uploads import staging
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories import evidence as factories
from tests.uploads.live import Raw, Server, cookie_for, head, serving
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
KB = 1024


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def cookie(invitation: Invitation) -> str:
    return cookie_for(invitation)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(workers=2) as running:
        yield running


@pytest.fixture
def begin(invitation: Invitation, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], tuple[str, Upload]]:
    """Opens an upload of so many bytes and returns its path and row."""

    def opened(length: int) -> tuple[str, Upload]:
        monkeypatch.setattr("django.conf.settings.UPLOAD_RESERVE_BYTES", 0)
        upload = factories.open_upload(b"x" * length, sent_through=invitation)
        return f"/files/{upload.public_id}", upload

    return opened


def stored(upload: Upload) -> bytes:
    return staging.path_of(upload).read_bytes()


@pytest.mark.parametrize("chunk", [64 * KB, 10 * 1024 * KB])
def test_tuspy_uploads_a_file(server: Server, invitation: Invitation, cookie: str, tmp_path: Path, chunk: int) -> None:
    content = os.urandom(700 * KB)
    (tmp_path / "clip.mp4").write_bytes(content)
    client = TusClient(f"{server.url}/files/", headers={"Cookie": cookie})
    uploader = client.uploader(
        str(tmp_path / "clip.mp4"),
        chunk_size=chunk,
        metadata={"filename": "clip.mp4", "invitation": str(invitation.public_id)},
        upload_checksum=True,
    )
    uploader.upload()
    item = EvidenceItem.objects.get()
    assert (item.filename, item.size) == ("clip.mp4", len(content))
    assert stored(item.upload) == content


def test_chunked_body_is_taken(server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]) -> None:
    path, upload = begin(6)
    with Raw(server.port, cookie=cookie) as raw:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": 0, "Transfer-Encoding": "chunked"}
        raw.send("PATCH", path, kind, b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
        assert raw.answer().offset == 6
    assert stored(upload) == b"abcdef"


def test_longer_chunked_body_than_declared_is_refused_and_the_offset_stays(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(4)
    with Raw(server.port, cookie=cookie) as raw:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": 0, "Transfer-Encoding": "chunked"}
        raw.send("PATCH", path, kind, b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
        assert raw.answer().status == 413
    assert head(server, path, cookie).offset == 0


def test_connection_serves_further_requests_after_a_patch(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(6)
    with Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, 0, 3, b"abc")
        assert raw.answer().offset == 3
        raw.patch(path, 0, 3, b"xyz")
        assert raw.answer().status == 409
        raw.patch(path, 3, 3, b"def")
        assert raw.answer().offset == 6
    assert stored(upload) == b"abcdef"


def test_connection_reset_each_64_kb_resumes_to_an_equal_digest(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    content = random.Random(1).randbytes(1000 * KB)
    path, upload = begin(len(content))
    offset, resets = 0, 0
    while offset < len(content):
        left = len(content) - offset
        with Raw(server.port, cookie=cookie) as raw:
            raw.patch(path, offset, left, content[offset : offset + 64 * KB])
            if left <= 64 * KB:
                offset = raw.answer().offset
                continue
            time.sleep(0.02)
            raw.reset()
            resets += 1
        before = offset
        wait_until(lambda before=before: head(server, path, cookie).offset > before)  # type: ignore[misc]
        offset = head(server, path, cookie).offset
    assert resets >= 15
    assert hashlib.sha256(stored(upload)).digest() == hashlib.sha256(content).digest()
    assert EvidenceItem.objects.get().size == len(content)


def test_silent_sender_is_timed_out_and_what_came_is_kept(
    cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(10)
    with serving(env={"UPLOAD_SILENCE_S": "1"}) as server, Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, 0, 10, b"abc")
        # The line stays open and nothing more is sent: only the silence can have ended it.
        assert raw.answer().status == 408
        assert head(server, path, cookie).offset == 3
        with Raw(server.port, cookie=cookie) as again:
            again.patch(path, 3, 7, b"defghij")
            assert again.answer().offset == 10
    assert stored(upload) == b"abcdefghij"


def test_crawling_sender_is_timed_out_and_what_came_is_kept(
    cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, _upload = begin(10_000)
    env = {"UPLOAD_SILENCE_S": "5", "UPLOAD_RATE_WINDOW_S": "1.5", "UPLOAD_MIN_RATE": "100"}
    with serving(env=env) as server, Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, 0, 10_000)
        sent = 0
        raw.sock.settimeout(0.3)
        answer = b""
        while not answer:
            raw.sock.sendall(b"x")
            sent += 1
            assert sent < 50
            try:
                answer = raw.sock.recv(100)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408")
        assert 1 <= head(server, path, cookie).offset <= sent


def test_of_fifty_simultaneous_senders_one_wins(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    size = 512 * KB
    path, upload = begin(size)
    barrier = threading.Barrier(50)
    outcomes: list[tuple[int, int]] = []

    def send(number: int) -> None:
        with Raw(server.port, cookie=cookie) as raw:
            barrier.wait()
            with contextlib.suppress(ConnectionError):  # refused and closed before everything was sent
                raw.patch(path, 0, size, bytes([number]) * size)
            try:
                status = raw.answer().status
            except ConnectionError:
                status = 0
        outcomes.append((number, status))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for number, status in outcomes if status == 204]
    assert len(outcomes) == 50
    assert len(winners) == 1
    assert {status for _number, status in outcomes} <= {204, 403, 409, 423, 0}
    assert Counter(stored(upload)) == {winners[0]: size}
    assert EvidenceItem.objects.count() == 1


def test_newcomer_takes_over_from_a_dead_line_within_two_seconds(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(10)
    with Raw(server.port, cookie=cookie) as dead, Raw(server.port, cookie=cookie) as alive:
        dead.patch(path, 0, 10, b"abc")
        time.sleep(0.5)
        assert head(server, path, cookie).offset == 0  # not yet committed
        alive.patch(path, 0, 10, b"abc")
        assert alive.answer().status == 409  # what the dead line had brought was committed first
        offset = head(server, path, cookie).offset
        assert offset == 3
    with Raw(server.port, cookie=cookie) as alive:
        alive.patch(path, 3, 7, b"defghij")
        assert alive.answer().offset == 10
    assert stored(upload) == b"abcdefghij"


def test_busy_sender_is_stopped_by_a_newcomer_and_nothing_is_lost(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    content = random.Random(2).randbytes(4000 * KB)
    path, upload = begin(len(content))
    with Raw(server.port, cookie=cookie) as busy:
        busy.patch(path, 0, len(content))
        stop = threading.Event()

        def trickle() -> None:
            for start in range(0, len(content), 10 * KB):
                if stop.is_set():
                    return
                try:
                    busy.sock.sendall(content[start : start + 10 * KB])
                except OSError:
                    return
                time.sleep(0.02)

        thread = threading.Thread(target=trickle)
        thread.start()
        while not staging.path_of(upload).stat().st_size:
            time.sleep(0.02)
        statuses = []
        while 409 not in statuses and len(statuses) < 5:  # 423 only where the machine is too busy for two seconds
            with Raw(server.port, cookie=cookie) as newcomer:
                newcomer.patch(path, 0, 5, b"wrong")
                statuses.append(newcomer.answer().status)
        assert statuses[-1] == 409
        stop.set()
        thread.join()
    offset = head(server, path, cookie).offset
    assert 0 < offset < len(content)
    with Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, offset, len(content) - offset, content[offset:])
        assert raw.answer().offset == len(content)
    assert stored(upload) == content


def test_killed_server_loses_no_committed_byte(cookie: str, begin: Callable[[int], tuple[str, Upload]]) -> None:
    content = random.Random(3).randbytes(3000 * KB)
    path, upload = begin(len(content))
    server = Server(env={"UPLOAD_COMMIT_BYTES": str(256 * KB)})
    server.start()
    try:
        with Raw(server.port, cookie=cookie) as raw:
            raw.patch(path, 0, len(content), content[: 1500 * KB])
            wait_until(lambda: head(server, path, cookie).offset >= 1024 * KB)
            server.kill()
    finally:
        server.kill()
    with serving() as again:
        offset = head(again, path, cookie).offset
        assert 1024 * KB <= offset <= 1500 * KB
        with Raw(again.port, cookie=cookie) as raw:
            raw.patch(path, offset, len(content) - offset, content[offset:])
            assert raw.answer().offset == len(content)
    assert stored(upload) == content
    assert EvidenceItem.objects.get().state == "received"


def test_full_disk_answers_507_and_resumes(cookie: str, begin: Callable[[int], tuple[str, Upload]]) -> None:
    content = random.Random(4).randbytes(12_000 * KB)
    path, upload = begin(len(content))
    # The limit on a file's size fails a write at a byte of our choice, as a full disk does.
    with serving(largest_file=8_333_333) as server, Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, 0, len(content), content)
        assert raw.answer().status == 507
        offset = head(server, path, cookie).offset
        assert offset == 8_333_333
    with serving() as server, Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, offset, len(content) - offset, content[offset:])
        assert raw.answer().offset == len(content)
    assert stored(upload) == content


def test_last_byte_whose_finish_was_lost_heals_at_head(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(5)
    staging.path_of(upload).write_bytes(b"video")
    Upload.objects.filter(pk=upload.pk).update(offset=5)
    assert head(server, path, cookie).offset == 5
    upload.refresh_from_db()
    assert upload.state == UploadState.RECEIVED
    assert EvidenceItem.objects.filter(upload=upload).count() == 1


def test_link_revoked_during_an_upload_refuses_more_and_keeps_what_came(
    server: Server, invitation: Invitation, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(6)
    with Raw(server.port, cookie=cookie) as raw:
        raw.patch(path, 0, 3, b"abc")
        assert raw.answer().offset == 3
        Invitation.objects.filter(pk=invitation.pk).update(state=InvitationState.REVOKED)
        raw.patch(path, 3, 3, b"def")
        assert raw.answer().status == 404
    assert stored(upload) == b"abc"


def test_closed_request_takes_no_new_upload_but_those_under_way_finish(
    server: Server, invitation: Invitation, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, upload = begin(6)
    type(invitation.request).objects.filter(pk=invitation.request_id).update(state=RequestState.CLOSED)
    with Raw(server.port, cookie=cookie) as raw:
        named = f"invitation {base64.b64encode(str(invitation.public_id).encode()).decode()}"
        raw.send("POST", "/files/", {"Upload-Length": 5, "Upload-Metadata": named, "Content-Length": 0})
        assert raw.answer().status == 409
        raw.patch(path, 0, 6, b"abcdef")
        assert raw.answer().offset == 6
    assert EvidenceItem.objects.filter(upload=upload).exists()


def test_other_persons_cookie_reaches_no_upload(server: Server, begin: Callable[[int], tuple[str, Upload]]) -> None:
    path, upload = begin(3)
    for stranger in (cookie_for(factories.invitation()), ""):
        with Raw(server.port, cookie=stranger) as raw:
            raw.patch(path, 0, 3, b"abc")
            assert raw.answer().status == 404
    assert stored(upload) == b""


def test_socket_is_closed_cleanly_when_the_body_never_comes(
    server: Server, cookie: str, begin: Callable[[int], tuple[str, Upload]]
) -> None:
    path, _upload = begin(10)
    raw = Raw(server.port, cookie=cookie)
    raw.patch(path, 0, 10)
    raw.sock.shutdown(socket.SHUT_WR)
    raw.sock.settimeout(5)
    raw.sock.recv(1000)
    raw.sock.close()
    assert head(server, path, cookie).offset == 0
