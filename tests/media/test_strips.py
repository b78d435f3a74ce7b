"""Contact strips: each cell shows its own share of the film, whichever way it was found."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from apps.media import produce, recipes
from tests.media import samples

SECONDS = 20.0
CELLS = recipes.STRIP_COLUMNS * recipes.STRIP_ROWS


def brightening(target: Path, group: int) -> Path:
    """Ten pictures a second, each brighter than the one before, with a key picture each `group`."""
    light = f"nullsrc=s=320x180:r=10:d={SECONDS},geq=lum='30+10*floor(T)':cb=128:cr=128"
    samples.ffmpeg(
        "-f", "lavfi", "-i", light, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-pix_fmt", "yuv420p",
        "-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0", target,
    )  # fmt: skip
    return target


def lights(strip: Path) -> list[float]:
    """How bright each cell is, in the order of the film."""
    wide, high = recipes.CELL_WIDTH, recipes.CELL_HEIGHT
    with Image.open(strip) as picture:
        gray = picture.convert("L")
    corners = [(cell % recipes.STRIP_COLUMNS * wide, cell // recipes.STRIP_COLUMNS * high) for cell in range(CELLS)]
    return [ImageStat.Stat(gray.crop((x + 20, y + 20, x + wide - 20, y + high - 20))).mean[0] for x, y in corners]


@pytest.mark.parametrize("group", [5, 150], ids=["keys looked up", "keys too far apart"])
def test_each_cell_shows_its_own_share_of_the_film(tmp_path: Path, group: int) -> None:
    film = brightening(tmp_path / "film.mp4", group)
    strip = tmp_path / "strip.jpg"
    produce.make_strip(film, strip, duration_s=SECONDS, group_s=group / 10, scratch=tmp_path)
    steps = [later - before for before, later in pairwise(lights(strip))]
    # A second of this film is ten levels of luma, 11.6 of gray: no cell repeats one, and none passes one over.
    assert all(9 < step < 14 for step in steps), steps


def test_a_film_that_lies_turned_stands_upright_in_its_strip(tmp_path: Path) -> None:
    lying = samples.video(tmp_path / "lying.mp4", seconds=20, size="320x180")
    turned = tmp_path / "turned.mp4"
    samples.ffmpeg("-display_rotation", "90", "-i", lying, "-c", "copy", turned)
    strip = tmp_path / "strip.jpg"
    produce.make_strip(turned, strip, duration_s=20, group_s=0.5, scratch=tmp_path)
    with Image.open(strip) as picture:
        beside, middle = picture.convert("L").crop((0, 0, 100, 180)), picture.convert("L").crop((120, 0, 200, 180))
    assert ImageStat.Stat(beside).mean[0] < 8, "there is nothing beside a picture that stands upright"
    assert ImageStat.Stat(middle).mean[0] > 40
