"""The program that owners run beside their recorder: a real process, a real portal, a recorder with real video."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import ApiKey, KeyScope
from apps.evidence.models import EvidenceItem, Piece, SenderNote
from apps.evidence.services.pieces import decide_piece
from apps.evidence.states import PieceState
from apps.uploads.models import Upload
from tests.exporter.frigate import FrigateServer, recording
from tests.factories.actors import actor_for
from tests.factories.api_clients import new_key
from tests.factories.clips import clip
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.plugins.server import shared_server, web
from tests.uploads.live import ROOT, Server
from tests.waiting import wait_until

__all__ = ["shared_server", "web"]

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = ROOT / "docs/exporter/ccp_exporter.py"


class Beside:
    """The program with its settings, beside one recorder."""

    def __init__(self, folder: Path, portal: Server, recorder: FrigateServer, camera: str, key: str) -> None:
        self._folder = folder
        (folder / "key").write_text(key)
        self.settings = folder / "exporter.toml"
        self.settings.write_text(
            f"""
portal = "{portal.url}"
key_file = "{folder / "key"}"
state = "{folder / "state"}"
chunk = 65536
every_s = 0.2
[recorder]
kind = "frigate"
address = "{recorder.address}"
clock_offset_s = 180
[cameras]
"{camera}" = "front_door"
"""
        )

    def start(self, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(PROGRAM), str(self.settings), *more]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def round(self) -> tuple[int, str]:
        """One round: how it ended, and what it said."""
        program = self.start("--once")
        said, _nothing = program.communicate(timeout=120)
        return program.returncode, said

    @property
    def kept(self) -> list[str]:
        return sorted(path.suffix for path in (self._folder / "state").iterdir())


@pytest.fixture
def asked() -> tuple[Any, Opened]:
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    return user, open_request(agency, camera_at(partner, name="Door"))


@pytest.fixture
def video() -> Path:
    return clip(seconds=2)


def segments(opened: Opened, size: int) -> list[tuple[float, float, float]]:
    """Ten-second segments over the window, as a recorder writes them, with a hole in the middle."""
    start, end = (moment.timestamp() for moment in opened.request.windows[0])
    found, at, middle = [], start - 7.0, (start + end) / 2
    while at < end:
        if not middle <= at < middle + 60:
            found.append((at, at + 10.0, size / 2**20))
        at += 10.0
    return found


def test_it_proposes_waits_for_the_yes_sends_and_forgets(web: Server, asked: Any, video: Path, tmp_path: Path) -> None:
    user, opened = asked
    key = new_key(user, scope=KeyScope.EXPORTER, name="Recorder at home")
    with recording(video, {"front_door": segments(opened, 100_000)}) as recorder:
        beside = Beside(tmp_path, web, recorder, str(opened.match.camera.public_id), key)
        assert beside.round()[0] == 0
        first, second = Piece.objects.order_by("begins")
        start, end = opened.request.windows[0]
        assert (first.begins, second.ends) == (start.replace(microsecond=0), second.ends)
        assert abs(second.ends - end) <= timedelta(seconds=1)
        assert second.begins - first.ends >= timedelta(seconds=50)
        assert (first.program, first.clock_offset_s) == ("Recorder at home", 180)
        for _ in range(2):  # again and again: nothing new, and nothing is sent without a yes
            assert beside.round()[0] == 0
        assert Piece.objects.count() == 2
        assert not Upload.objects.exists()
        assert not any("clip.mp4" in path for path in recorder.asked)
        decide_piece(piece=first, agreed=True, user=user, actor=actor_for(user))
        decide_piece(piece=second, agreed=False, user=user, actor=actor_for(user))
        assert beside.round()[0] == 0
    item = EvidenceItem.objects.get()
    assert (item.match, item.size) == (opened.match, video.stat().st_size)
    assert item.client_digest == hashlib.sha256(video.read_bytes()).hexdigest()
    assert SenderNote.objects.get().clock_minutes == 3
    assert {one.state for one in Piece.objects.all()} == {PieceState.SENT, PieceState.REFUSED}
    assert beside.kept == []


def test_killed_in_the_middle_it_goes_on_where_it_stopped(web: Server, asked: Any, video: Path, tmp_path: Path) -> None:
    user, opened = asked
    long = tmp_path / "long.mp4"
    # Long enough for a middle in which to be killed.
    long.write_bytes(clip(seconds=3, megabits=16).read_bytes())
    key = new_key(user, scope=KeyScope.EXPORTER)
    with recording(long, {"front_door": segments(opened, 100_000)}) as recorder:
        beside = Beside(tmp_path, web, recorder, str(opened.match.camera.public_id), key)
        beside.round()
        piece = Piece.objects.order_by("begins")[0]
        decide_piece(piece=piece, agreed=True, user=user, actor=actor_for(user))
        program = beside.start()
        wait_until(lambda: Upload.objects.filter(offset__gt=0).exists())
        program.kill()
        program.wait()
        stopped = Upload.objects.get()
        assert 0 < stopped.offset < long.stat().st_size
        long.write_bytes(b"another file: what goes on is the copy that was begun")
        assert beside.round()[0] == 0
    assert Upload.objects.count() == 1
    item = EvidenceItem.objects.get()
    assert item.size == stopped.length
    assert [path for path in recorder.asked if path.endswith("clip.mp4")] == [
        f"/api/front_door/start/{int(piece.begins.timestamp())}/end/{int(piece.ends.timestamp())}/clip.mp4"
    ]


def test_a_revoked_key_ends_the_program_and_a_recorder_that_is_away_does_not(
    web: Server, asked: Any, video: Path, tmp_path: Path
) -> None:
    user, opened = asked
    key = new_key(user, scope=KeyScope.EXPORTER)
    with recording(video, {}) as recorder:
        beside = Beside(tmp_path, web, recorder, str(opened.match.camera.public_id), key)
        ended, said = beside.round()
        assert ended == 0
        assert "404" in said
        assert not Piece.objects.exists()
        ApiKey.objects.all().delete()
        assert beside.round()[0] == 2


def test_nothing_of_the_key_is_in_what_it_says(web: Server, asked: Any, video: Path, tmp_path: Path) -> None:
    user, opened = asked
    key = new_key(user, scope=KeyScope.EXPORTER)
    with recording(video, {"front_door": segments(opened, 100_000)}) as recorder:
        beside = Beside(tmp_path, web, recorder, str(opened.match.camera.public_id), key)
        _ended, said = beside.round()
        assert "proposed" in said
        assert key not in said
        for stored in (tmp_path / "state").iterdir():
            assert key not in json.dumps(json.loads(stored.read_text()))
