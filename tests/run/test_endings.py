"""However `make run` ends, ten seconds later nothing of it lives, and it can be started again with its data.

Each ending comes while a real decoder works on a real video, and the run after it starts on what it left.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.run.terminal import Terminal, ended_with, give_video
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.run


@pytest.fixture(scope="module")
def long_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of what browsers do not play: it has to be transcoded, for many seconds."""
    path = tmp_path_factory.mktemp("video") / "long.avi"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-t", "120"]
    coding = ["-c:v", "mjpeg", "-q:v", "24", "-pix_fmt", "yuvj420p"]
    subprocess.run([settings.FFMPEG_BINARY, "-v", "error", *picture, *coding, str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: the first run starts from nothing, each later one on what the ending before it left."""
    return tmp_path_factory.mktemp("run") / "var"


@pytest.fixture
def terminal(data: Path) -> Iterator[Terminal]:
    terminal = Terminal(data)
    yield terminal
    terminal.end_whatever_is_left()


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Terminal]:
    """A run that three tests look at, the last of which ends it."""
    terminal = Terminal(data)
    try:
        _start(terminal)
        yield terminal
    finally:
        terminal.end_whatever_is_left()


def press_ctrl_c(terminal: Terminal) -> None:
    terminal.press_ctrl_c()


def press_ctrl_c_twice(terminal: Terminal) -> None:
    terminal.press_ctrl_c()
    time.sleep(0.5)
    terminal.press_ctrl_c()


def ask_make_to_end(terminal: Terminal) -> None:
    terminal.make.terminate()


def close_the_terminal(terminal: Terminal) -> None:
    terminal.close()


def kill_make(terminal: Terminal) -> None:
    terminal.make.kill()


def kill_the_front(terminal: Terminal) -> None:
    os.kill(terminal.front(), signal.SIGKILL)


def kill_the_keeper(terminal: Terminal) -> None:
    os.kill(terminal.keeper(), signal.SIGKILL)


ENDINGS = [
    press_ctrl_c,
    press_ctrl_c_twice,
    ask_make_to_end,
    close_the_terminal,
    kill_make,
    kill_the_front,
    kill_the_keeper,
]


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
def test_nothing_lives_after_the_end_and_the_next_run_has_the_data(
    end: Callable[[Terminal], None], terminal: Terminal, long_video: Path
) -> None:
    before = _start(terminal)
    giving = give_video(terminal, long_video)
    terminal.wait_for(lambda: terminal.is_transcoding() or giving.poll())
    end(terminal)
    assert giving.wait(PATIENCE_S) == 0
    terminal.wait_for(lambda: not terminal.ours())
    terminal.make.wait(PATIENCE_S)
    assert "Traceback" not in terminal.said, terminal.said
    assert _items(terminal) == before + 1


def _start(terminal: Terminal) -> int:
    """Run on what lies in the folder; returns how many items lay there, which the run still has."""
    before = _items(terminal)
    terminal.type_make_run()
    terminal.wait_until_it_runs()
    assert _items(terminal) == before
    return before


def _items(terminal: Terminal) -> int:
    """How many items the database holds, which is sound."""
    if not (terminal.data / "portal.sqlite3").exists():
        return 0
    with sqlite3.connect(terminal.data / "portal.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(database.execute("SELECT count(*) FROM evidence_evidenceitem").fetchone()[0])


def _beats(terminal: Terminal) -> list[int]:
    return [pid for pid, command in terminal.ours().items() if " beat " in command]


def test_a_second_run_on_the_same_data_is_refused(running: Terminal) -> None:
    second = Terminal(running.data)
    second.type_make_run()
    (sentence,) = ended_with(second)
    assert sentence.startswith(f"The portal already runs on {running.data} (process {running.front()})")
    assert running.make.poll() is None


def test_a_service_that_dies_is_named_and_started_again(running: Terminal) -> None:
    (beat,) = _beats(running)
    os.kill(beat, signal.SIGKILL)
    running.wait_for(lambda: "The process “beat” was ended by SIGKILL; it is started again." in running.said)
    running.wait_for(lambda: bool(_beats(running)))


def test_a_service_that_cannot_live_ends_the_run_with_a_sentence(running: Terminal) -> None:
    last_word = "The process “beat” was ended by SIGKILL, for the 5th time within a minute: everything stops."
    for _ in range(6):  # one more than needed, where the death of the test before is longer ago than a minute
        running.wait_for(lambda: bool(_beats(running)) or last_word in running.said)
        for pid in _beats(running):
            os.kill(pid, signal.SIGKILL)
        running.wait_for(lambda: not _beats(running))
    running.wait_for(lambda: not running.ours())
    assert last_word in running.said
    assert running.make.wait(1) != 0
