"""The ZIP that is never stored: every tool reads it, from every offset, beyond four gigabytes too."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.disclosure.package.names import ENDING_MAX, STEM_MAX, safe_name
from apps.disclosure.package.verify_package import PATH
from apps.disclosure.package.zip_layout import Member, ZipLayout

AT = datetime(2026, 11, 29, 16, 20, 30, tzinfo=UTC)
GIB = 1024**3


def bytes_of(layout: ZipLayout, bodies: list[bytes], start: int, end: int) -> bytes:
    parts = layout.parts(start, end)
    return b"".join(part.data if part.member < 0 else bodies[part.member][part.start : part.end] for part in parts)


@pytest.fixture
def bodies() -> list[bytes]:
    return [b"abc", b"", random.Random(7).randbytes(1000)]


def layout_of(bodies: list[bytes]) -> ZipLayout:
    return ZipLayout([Member(f"p/{number}", len(one), zlib.crc32(one)) for number, one in enumerate(bodies)], AT)


def test_the_standard_library_reads_it(bodies):
    layout = layout_of(bodies)
    whole = bytes_of(layout, bodies, 0, layout.size)
    assert len(whole) == layout.size
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == bodies
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 29, 16, 20, 30)}
        assert {oct(info.external_attr >> 16) for info in archive.infolist()} == {"0o100444"}


def test_any_range_is_what_stands_there(bodies):
    layout = layout_of(bodies)
    whole = bytes_of(layout, bodies, 0, layout.size)
    for start in range(0, layout.size + 1, 7):
        for end in range(start, layout.size + 1, 11):
            assert bytes_of(layout, bodies, start, end) == whole[start:end]


def test_large_files_and_far_offsets_are_written_as_zip64(tmp_path):
    """A sparse file on the disk: only the ZIP's own bytes are written."""
    sizes = [5 * GIB, 3, 4 * GIB - 1, 4 * GIB, 2]
    layout = ZipLayout([Member(f"p/{number}", size, 0) for number, size in enumerate(sizes)], AT)
    path = tmp_path / "large.zip"
    with path.open("wb") as out:
        for part in layout.parts(0, layout.size):
            if part.member < 0:
                out.write(part.data)
            else:
                out.seek(part.end - part.start, io.SEEK_CUR)
    assert path.stat().st_size == layout.size
    with zipfile.ZipFile(path) as archive:
        assert [info.file_size for info in archive.infolist()] == sizes
        for info in archive.infolist():
            with archive.open(info) as member:
                assert member.name == info.filename


def test_more_files_than_sixteen_bits_count():
    layout = ZipLayout([Member(f"p/{number}", 0, 0) for number in range(70_000)], AT)
    with zipfile.ZipFile(io.BytesIO(bytes_of(layout, [], 0, layout.size))) as archive:
        assert len(archive.infolist()) == 70_000


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("Driveway cam.MP4", "0003-Driveway_cam.mp4"),
        ("../../etc/passwd", "0003-passwd"),
        ("C:\\Windows\\CON", "0003-CON"),
        ("\u00e9te\u0301.mp4", "0003-ete.mp4"),
        ("日本.avi", "0003-file.avi"),
        (".bashrc", "0003-file.bashrc"),
        ("a\u202egpj.exe", "0003-agpj.exe"),
        ("a\nb\0c.mp4", "0003-a_b_c.mp4"),
        ("", "0003-file"),
        ("x" * 300 + "." + "y" * 300, f"0003-{'x' * STEM_MAX}.{'y' * ENDING_MAX}"),
    ],
)
def test_a_name_keeps_nothing_that_harms(filename, name):
    assert safe_name(3, filename) == name


@given(st.text(), st.integers(1, 9999))
def test_any_name_becomes_one_that_a_package_may_have(filename, number):
    name = safe_name(number, filename)
    assert PATH.fullmatch(name)
    assert len(name) <= 5 + STEM_MAX + 1 + ENDING_MAX
