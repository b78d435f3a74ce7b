"""The demo's videos are what they claim to be, and the same each time."""

from datetime import datetime
from pathlib import Path

import pytest

from apps.demo import clips
from apps.media.errors import Undecodable
from apps.media.probe import probe

EVENING = datetime(2026, 11, 20, 21, 14, 5)


@pytest.mark.parametrize(
    ("kind", "container", "codec", "sound"),
    [
        ("street_day", "mp4", "h264", False),
        ("street_night_sound", "mp4", "h264", True),
        ("lot_hevc", "mp4", "hevc", False),
        ("old_recorder", "avi", "mjpeg", True),
    ],
)
def test_each_kind_of_clip_is_stored_as_its_recorder_would(
    kind: str, container: str, codec: str, sound: bool, tmp_path: Path
) -> None:
    target = tmp_path / f"clip.{clips.KINDS[kind].ending}"
    clips.make_clip(kind, target, camera="CAM 1", starts_at=EVENING, seconds=2, seed=2)
    facts = probe(target, scratch=tmp_path / "scratch")
    assert (facts.container, facts.video[0].codec, bool(facts.audio)) == (container, codec, sound)
    assert facts.duration_s == pytest.approx(2, abs=0.2)
    assert facts.notes == ()


def test_a_clip_made_twice_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.mp4", "two.mp4"):
        clips.make_clip("street_day", tmp_path / name, camera="CAM 1", starts_at=EVENING, seconds=1)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_the_proprietary_export_is_read_by_no_decoder(tmp_path: Path) -> None:
    clips.make_proprietary(tmp_path / "export.dvr", seed=4, size=300_000)
    with pytest.raises(Undecodable) as refused:
        probe(tmp_path / "export.dvr", scratch=tmp_path / "scratch")
    assert refused.value.code == "unknown_format"
