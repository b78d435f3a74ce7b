"""Shared by the tests of `media`: clips that are made once, a scratch folder that has to be left empty, a listener."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media import samples


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `plain.mp4` (H.264, AAC, index at the end) and `fast.mp4` (the same, index first)."""
    folder = tmp_path_factory.mktemp("clips")
    samples.video(
        folder / "plain.mp4",
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac"),
        seconds=20,
        sound=True,
    )
    samples.ffmpeg("-i", folder / "plain.mp4", "-c", "copy", "-movflags", "+faststart", folder / "fast.mp4")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """Where decoders may write; nothing may be left in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


class Listener:
    """A server that only counts who called."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener on loopback; the test asserts that nobody called."""
    opened = Listener()
    yield opened
    opened.close()
