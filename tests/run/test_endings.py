"""However `make run` ends, ten seconds later nothing of it lives, and it can be started again with its data.

Each ending comes while a real decoder works on a real video.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.run.terminal import ROOT, Terminal, give_video

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
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its database, as the second start finds it."""
    folder = tmp_path_factory.mktemp("furnished") / "var"
    env = {**Terminal(folder).env, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    subprocess.run([sys.executable, "manage.py", "prepare_database"], cwd=ROOT, env=env, check=True, timeout=120)
    return folder


@pytest.fixture
def terminal(tmp_path: Path, furnished: Path) -> Iterator[Terminal]:
    """On a copy of that folder; `test_what_stops_a_start` starts from nothing."""
    shutil.copytree(furnished, tmp_path / "var")
    terminal = Terminal(tmp_path / "var")
    yield terminal
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
# The gentlest and the harshest: what lies on the disk after the others is looked at, not started.
STARTED_AGAIN = (press_ctrl_c, kill_the_keeper)


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
def test_nothing_lives_after_the_end_and_the_next_run_has_the_data(
    end: Callable[[Terminal], None], terminal: Terminal, long_video: Path
) -> None:
    terminal.type_make_run()
    terminal.wait_until_it_runs()
    give_video(terminal, long_video)
    terminal.wait_for(terminal.is_transcoding)
    end(terminal)
    terminal.wait_for(lambda: not terminal.ours(), seconds=10)
    terminal.make.wait(1)
    assert "Traceback" not in terminal.said, terminal.said
    assert _whole(terminal)
    if end not in STARTED_AGAIN:
        return
    terminal.type_make_run()
    terminal.wait_until_it_runs()
    assert _whole(terminal)
    press_ctrl_c_twice(terminal)
    terminal.wait_for(lambda: not terminal.ours(), seconds=10)
    assert "Traceback" not in terminal.said, terminal.said


def _whole(terminal: Terminal) -> bool:
    """The database is sound and holds the item that was given."""
    with sqlite3.connect(terminal.data / "portal.sqlite3") as database:
        sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return sound and database.execute("SELECT count(*) FROM evidence_evidenceitem").fetchone() == (1,)


def test_a_service_that_dies_is_named_and_started_again(terminal: Terminal) -> None:
    terminal.type_make_run()
    terminal.wait_until_it_runs()
    beat = next(pid for pid, command in terminal.ours().items() if " beat " in command)
    os.kill(beat, signal.SIGKILL)
    terminal.wait_for(lambda: "The process “beat” was ended by SIGKILL; it is started again." in terminal.said)
    terminal.wait_for(lambda: any(" beat " in command for command in terminal.ours().values()))


def test_a_service_that_cannot_live_ends_the_run_with_a_sentence(terminal: Terminal) -> None:
    terminal.type_make_run()
    terminal.wait_until_it_runs()
    for _ in range(5):
        terminal.wait_for(lambda: any(" beat " in command for command in terminal.ours().values()))
        for pid, command in terminal.ours().items():
            if " beat " in command:
                os.kill(pid, signal.SIGKILL)
        terminal.wait_for(lambda: not any(" beat " in command for command in terminal.ours().values()))
    terminal.wait_for(lambda: not terminal.ours(), seconds=15)
    assert "for the 5th time within a minute: everything stops." in terminal.said
    assert terminal.make.wait(1) != 0
