"""Names from outside become names that are safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.uploads.filenames import safe_filename


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("front door.mp4", "front door.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\clip.avi", "clip.avi"),
        ("a\x00b\r\nc.mp4", "abc.mp4"),
        ("evil\u202e4pm.exe", "evil4pm.exe"),
        ("CON", "_CON"),
        ("nul.mp4", "_nul.mp4"),
        ("-rf.mp4", "rf.mp4"),
        ("concat:a|b.ts", "concat_a_b.ts"),
        ("frame%d.jpg", "frame_d.jpg"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("cámara niño.mp4", "cámara niño.mp4"),
    ],
)
def test_name_is_made_safe_to_show(raw: str, shown: str) -> None:
    assert safe_filename(raw) == shown


def test_long_name_keeps_its_extension() -> None:
    name = safe_filename("ñ" * 300 + ".mp4")
    assert len(name.encode()) <= 255
    assert name.endswith("ñ.mp4")


@given(st.text(max_size=600))
def test_any_text_becomes_a_short_harmless_name(raw: str) -> None:
    name = safe_filename(raw)
    assert name
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\\0\r\n\u202e<>:"|?*%')
    assert name[0] not in ".-"
    assert safe_filename(name) == name
