"""A new version while people are at it: no upload and no page fails, and the new version answers."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.evidence.models import EvidenceItem
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories import evidence as factories
from tests.uploads.live import Raw, Server, cookie_for, serving
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run]
VERSION = 'from config.settings.test import *\nPORTAL_NAME = "{name}"\n'
SIZE = 100_000


class Pages:
    """Somebody who reads pages, one after the other."""

    def __init__(self, server: Server) -> None:
        self._port, self._over = server.port, threading.Event()
        self.read: list[tuple[int, str]] = []
        self.failed: list[str] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
                connection.request("GET", "/", headers={"Connection": "close"})
                answer = connection.getresponse()
                self.read.append((answer.status, answer.read().decode()))
                connection.close()
            except OSError as error:
                self.failed.append(repr(error))
            time.sleep(0.02)

    def end(self) -> None:
        """Stop reading."""
        self._over.set()
        self._thread.join()


def send(server: Server, upload: Upload, cookie: str, new_version: threading.Event, statuses: list[int]) -> None:
    """One file in one request, that begins in one version and ends after the next one answers."""
    with Raw(server.port, cookie=cookie, timeout=60) as raw:
        raw.patch(f"/files/{upload.public_id}", 0, SIZE)
        for sent in range(1, SIZE):  # noqa: B007 - how far it came
            raw.sock.sendall(b"x")
            if new_version.wait(0.005):
                break
        raw.sock.sendall(b"x" * (SIZE - sent))
        statuses.append(raw.answer().status)


def test_a_new_version_answers_and_nobody_noticed(settings: LazySettings, tmp_path: Path) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0
    version = tmp_path / "version_of_today.py"
    version.write_text(VERSION.format(name="The former one"))
    env = {
        "DJANGO_SETTINGS_MODULE": version.stem,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GUNICORN_GRACEFUL_S": "60",
    }
    invitation = factories.invitation()
    cookie = cookie_for(invitation)
    uploads = [factories.open_upload(b"x" * SIZE, sent_through=invitation) for _ in range(3)]
    statuses: list[int] = []
    new_version = threading.Event()
    with serving(env=env, config="config/gunicorn.py", graceful_s=60) as server:
        assert server.process is not None
        pages = Pages(server)
        senders = [threading.Thread(target=send, args=(server, one, cookie, new_version, statuses)) for one in uploads]
        for sender in senders:
            sender.start()
        wait_until(lambda: len(pages.read) > 3)
        version.write_text(VERSION.format(name="The new one"))
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "The new one" in pages.read[-1][1], server.log)
        assert all(sender.is_alive() for sender in senders), "they send still, to the former version"
        new_version.set()
        for sender in senders:
            sender.join()
        pages.end()
    assert pages.failed == []
    assert {status for status, _ in pages.read} == {200}
    assert "The former one" in pages.read[0][1]
    assert statuses == [204, 204, 204]
    assert set(Upload.objects.values_list("state", flat=True)) == {UploadState.RECEIVED}
    assert EvidenceItem.objects.count() == 3
