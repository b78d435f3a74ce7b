"""Two computers that take files in, each with a staging folder of its own, behind a real nginx as the guide says."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import Invitation
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from scripts import nginx
from tests.factories import evidence as factories
from tests.uploads.live import ROOT, Raw, Server, cookie_for, free_port, head
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
KB = 1024
GUIDE = ROOT / "docs" / "operations.md"


@dataclass
class City:
    """Both computers and the door before them."""

    nodes: list[Server]
    folders: list[Path]
    door: Server  # never started: it lends the proxy's port to those who ask a server


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    missing = nginx.fetch()
    if missing:
        pytest.skip(missing)
    folders = [tmp_path / "staging 0", tmp_path / "staging 1"]
    env = {"UPLOAD_COMMIT_BYTES": str(256 * KB)}
    servers = [
        Server(env={**env, "STAGING_DIR": str(folder), **({"NODE": str(number)} if number else {})})
        for number, folder in enumerate(folders)
    ]
    door = Server(port=free_port())
    try:
        for server in servers:
            server.start()
        with nginx.nginx(_as_the_guide_says(servers, door), door.port):
            yield City(servers, folders, door)
    finally:
        for server in servers:
            server.kill()


def _as_the_guide_says(servers: list[Server], door: Server) -> str:
    """The sample in the guide with our ports in the places of its addresses."""
    sample = re.search(r"```nginx\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert sample
    lines = sample[1].replace("listen 443 ssl;", f"listen 127.0.0.1:{door.port};")
    for number, server in enumerate(servers):
        lines = lines.replace(f"10.0.0.1{number}:8001", f"127.0.0.1:{server.port}")
        lines = lines.replace(f"10.0.0.1{number}:8000", f"127.0.0.1:{server.port}")
    assert "10.0.0" not in lines
    return re.sub(r"^ *ssl_.*\n", "", lines, flags=re.MULTILINE)


def begin(city: City, invitation: Invitation, length: int) -> str:
    """Create an upload through the proxy; returns its path."""
    named = f"invitation {base64.b64encode(str(invitation.public_id).encode()).decode()}"
    with Raw(city.door.port, cookie=cookie_for(invitation)) as raw:
        raw.send("POST", "/files/", {"Upload-Length": length, "Upload-Metadata": named, "Content-Length": 0})
        answer = raw.answer()
    assert answer.status == 201, answer.body
    return answer.headers["location"]


def on_node(city: City, number: int, invitation: Invitation, length: int) -> tuple[str, Upload]:
    """An upload whose bytes lie on this computer: the proxy takes turns, so it comes soon."""
    for _turn in range(10):
        path = begin(city, invitation, length)
        upload = Upload.objects.get(public_id=path.rsplit("/", 1)[1])
        assert (city.folders[upload.public_id.int >> 120] / upload.public_id.hex).exists()
        if upload.public_id.int >> 120 == number:
            return path, upload
    raise AssertionError("the proxy never chose this computer")


def test_upload_resumes_on_its_own_computer_after_that_was_killed(city: City) -> None:
    invitation = factories.invitation()
    cookie = cookie_for(invitation)
    content = random.Random(5).randbytes(3000 * KB)
    path, upload = on_node(city, 1, invitation, len(content))
    with Raw(city.door.port, cookie=cookie) as raw:
        raw.patch(path, 0, len(content), content[: 1500 * KB])
        # With request buffering off the bytes are on the disk while the request is still open.
        wait_until(lambda: head(city.door, path, cookie).offset >= 1024 * KB)
        city.nodes[1].kill()
        assert raw.answer().status == 502
    with Raw(city.door.port, cookie=cookie) as raw:
        raw.patch(path, 1024 * KB, 5, b"astra")
        assert raw.answer().status in (502, 503, 504)  # its bytes are there alone: come again
    assert not (city.folders[0] / upload.public_id.hex).exists()
    other = begin(city, invitation, 5)  # files that begin now go to who is there
    with Raw(city.door.port, cookie=cookie) as raw:
        raw.patch(other, 0, 5, b"video")
        assert raw.answer().offset == 5
    city.nodes[1].start()
    wait_until(lambda: _status_of_head(city, path, cookie) == 200)
    offset = head(city.door, path, cookie).offset
    assert 1024 * KB <= offset <= 1500 * KB
    with Raw(city.door.port, cookie=cookie) as raw:
        raw.patch(path, offset, len(content) - offset, content[offset:])
        assert raw.answer().offset == len(content)
    assert (city.folders[1] / upload.public_id.hex).read_bytes() == content
    assert EvidenceItem.objects.count() == 2


def _status_of_head(city: City, path: str, cookie: str) -> int:
    return head(city.door, path, cookie).status


def test_request_that_goes_astray_changes_nothing_and_asks_to_come_again(city: City) -> None:
    invitation = factories.invitation()
    cookie = cookie_for(invitation)
    path, upload = on_node(city, 1, invitation, 6)
    with Raw(city.nodes[0].port, cookie=cookie) as raw:
        raw.patch(path, 0, 6, b"abcdef")
        assert raw.answer().status == 503
    assert head(city.nodes[0], path, cookie).status == 503
    with Raw(city.nodes[0].port, cookie=cookie) as raw:
        raw.send("DELETE", path, {"Content-Length": 0})
        assert raw.answer().status == 503
    upload.refresh_from_db()
    assert (upload.state, upload.offset) == (UploadState.RECEIVING, 0)
    with Raw(city.door.port, cookie=cookie) as raw:
        raw.patch(path, 0, 6, b"abcdef")
        assert raw.answer().offset == 6
