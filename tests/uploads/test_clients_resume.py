"""Clients that others wrote finish and resume after the server was killed in the middle of a request."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import Invitation
from apps.ledger.models import Entry
from apps.uploads import staging
from tests.factories import evidence as factories
from tests.uploads.live import ROOT, Server, cookie_for

pytestmark = pytest.mark.django_db(transaction=True)
PART = 256 * 1024
CONTENT = random.Random(9).randbytes(12 * PART + 777)


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.start()
    yield running
    running.kill()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def freeze(server: Server) -> None:
    """What is sent from now on stays in the buffers of the kernel, and dies with the server."""
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGSTOP)


def check_what_came() -> EvidenceItem:
    item = EvidenceItem.objects.get()
    assert (item.filename, item.size) == ("clip.mp4", len(CONTENT))
    assert staging.path_of(item.upload).read_bytes() == CONTENT
    return item


@pytest.mark.parametrize("client", ["tus-js-client", "deferred", "uppy"])
def test_javascript_client_resumes_after_a_kill(
    server: Server, invitation: Invitation, file: Path, client: str
) -> None:
    named = [f"invitation={invitation.public_id}", "filename=clip.mp4"]
    command = ["node", str(ROOT / "tests/uploads/clients.mjs"), client, f"{server.url}/files/", str(file)]
    sender = subprocess.Popen(
        [*command, cookie_for(invitation), *named],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert sender.stdin
        assert sender.stdout
        assert "halfway" in (sender.stdout.readline() or sender.communicate()[1])
        freeze(server)
        sender.stdin.write("go on\n")
        sender.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            sender.wait(0.3)  # long enough for the part to be on its way
        server.kill()
        server.start()
        _said, why = sender.communicate(timeout=120)
        assert sender.returncode == 0, why
    finally:
        sender.kill()
    item = check_what_came()
    told = Entry.objects.filter(action="upload.length_told").count()
    assert (told, item.upload.length) == (int(client == "deferred"), len(CONTENT))


def test_tuspy_resumes_after_a_kill(server: Server, invitation: Invitation, file: Path) -> None:
    client = TusClient(f"{server.url}/files/", headers={"Cookie": cookie_for(invitation)})
    how: dict[str, Any] = {"file_path": str(file), "chunk_size": PART, "upload_checksum": True}
    sender = client.uploader(**how, metadata={"filename": "clip.mp4", "invitation": str(invitation.public_id)})
    for _part in range(5):
        sender.upload_chunk()
    server.kill()
    with pytest.raises((TusCommunicationError, requests.ConnectionError)):
        sender.upload_chunk()
    server.start()
    again = client.uploader(**how, url=sender.url)
    assert again.offset == 5 * PART
    again.upload()
    check_what_came()
