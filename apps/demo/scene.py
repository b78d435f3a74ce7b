"""Draws what the demo's cameras see: a street of houses, a parking lot, a car and a walking person.

Everything is computed from a seed, so that two loads of the demo give the same pictures; nobody real is in them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

WIDTH, HEIGHT = 1280, 720
_FINE = 2  # drawn twice as large and shrunk: smooth edges

Color = tuple[int, int, int]


class Palette(NamedTuple):
    """Colors of one street: the same drawing looks like another place."""

    wall: Color
    other_wall: Color
    roof: Color
    parked: Color


PALETTES = (
    Palette((196, 178, 150), (150, 163, 158), (92, 74, 66), (62, 84, 112)),
    Palette((171, 182, 190), (190, 160, 140), (70, 72, 80), (128, 36, 34)),
    Palette((204, 196, 176), (168, 150, 160), (84, 90, 82), (186, 186, 184)),
)


def street(*, seed: int, palette: Palette) -> Image.Image:
    """A quiet street seen from under the eaves of a house: lawn, walk, road, two houses, an oak, a parked car."""
    chance = random.Random(seed)  # noqa: S311 - scenery, not secrets
    picture = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE))
    draw = ImageDraw.Draw(picture)
    _gradient(picture, (0, 0, WIDTH, 190), (176, 196, 214), (216, 222, 222))
    _foliage(draw, chance, (0, 60, WIDTH, 190), (58, 84, 52), count=900, size=(6, 24))
    _polygon(draw, [(0, 176), (WIDTH, 160), (WIDTH, 330), (0, 350)], (104, 128, 70))
    _house(draw, (120, 92), width=340, height=150, wall=palette.wall, roof=palette.roof)
    _house(draw, (760, 78), width=380, height=150, wall=palette.other_wall, roof=(66, 62, 64))
    _foliage(draw, chance, (60, 232, 520, 262), (72, 98, 50), count=140, size=(5, 11))
    _foliage(draw, chance, (720, 218, 1180, 250), (66, 92, 48), count=140, size=(5, 11))
    # far walk, kerb, road, near kerb, near walk, lawn, drive
    _polygon(draw, [(0, 318), (WIDTH, 292), (WIDTH, 304), (0, 332)], (172, 168, 158))
    _polygon(draw, [(0, 342), (WIDTH, 314), (WIDTH, 318), (0, 347)], (190, 188, 180))
    _polygon(draw, [(0, 347), (WIDTH, 318), (WIDTH, 452), (0, 496)], (88, 88, 92))
    for start in range(20, WIDTH, 120):
        _polygon(draw, [(start, _lane(start)), (start + 60, _lane(start + 60)), (start + 60, _lane(start + 60) + 4),
                        (start, _lane(start) + 4)], (196, 170, 84))  # fmt: skip
    _polygon(draw, [(0, 496), (WIDTH, 452), (WIDTH, 460), (0, 505)], (186, 184, 176))
    _polygon(draw, [(0, 505), (WIDTH, 460), (WIDTH, HEIGHT), (0, HEIGHT)], (96, 122, 62))
    _polygon(draw, [(0, 528), (WIDTH, 480), (WIDTH, 510), (0, 562)], (178, 174, 164))
    _polygon(draw, [(650, 482), (830, 474), (1010, HEIGHT), (560, HEIGHT)], (168, 164, 156))
    _foliage(draw, chance, (0, 570, 560, HEIGHT), (84, 112, 54), count=500, size=(2, 6))
    _foliage(draw, chance, (1000, 520, WIDTH, HEIGHT), (84, 112, 54), count=300, size=(2, 6))
    _polygon(draw, [(424, 402), (430, 402), (430, 236), (424, 236)], (74, 74, 76))
    _polygon(draw, [(424, 236), (470, 230), (470, 236), (424, 242)], (74, 74, 76))
    _mailbox(draw, (602, 452))
    _parked_car(draw, (782, 520), palette.parked)
    picture = _shade(picture, [(1010, 500, 1300, 560), (700, 640, 960, 690)])
    draw = ImageDraw.Draw(picture)
    _oak(draw, chance)
    return _finish(picture, chance)


def parking_lot(*, seed: int) -> Image.Image:
    """The lot of a shop seen from its roof: rows of parked cars with a lane between them."""
    chance = random.Random(seed)  # noqa: S311
    picture = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), (98, 98, 100))
    draw = ImageDraw.Draw(picture)
    _gradient(picture, (0, 0, WIDTH, 110), (186, 180, 176), (214, 204, 190))
    _foliage(draw, chance, (0, 50, WIDTH, 130), (62, 82, 56), count=800, size=(6, 20))
    _polygon(draw, [(0, 118), (WIDTH, 118), (WIDTH, 150), (0, 156)], (112, 130, 82))
    _polygon(draw, [(0, 150), (WIDTH, 144), (WIDTH, 152), (0, 158)], (188, 186, 178))
    colors = [(150, 40, 38), (70, 84, 104), (206, 206, 204), (46, 48, 52), (120, 126, 120), (92, 106, 140)]
    for row, (top, size) in enumerate(((176, 1.0), (520, 1.7))):
        for slot in range(13 if row == 0 else 8):
            left = 30 + slot * 96 * size
            _polygon(draw, [(left, top), (left + 4, top), (left + 2 * size, top + 96 * size),
                            (left - 3 * size, top + 96 * size)], (216, 214, 204))  # fmt: skip
            if chance.random() < 0.68:
                _car_from_above(draw, (left + 20 * size, top + 10 * size), size, chance.choice(colors))
    _polygon(draw, [(560, 410), (640, 396), (640, 402), (560, 416)], (200, 196, 186))
    _polygon(draw, [(640, 390), (664, 399), (640, 408)], (200, 196, 186))
    return _finish(picture, chance)


def car(color: Color, *, lights: bool = False) -> Image.Image:
    """A saloon from the side, driving to the right, on a transparent ground."""
    sprite = Image.new("RGBA", (300 * _FINE, 110 * _FINE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sprite)
    _ellipse(draw, (14, 84, 286, 106), (0, 0, 0, 110))
    body = [(12, 62), (20, 46), (76, 40), (112, 14), (196, 12), (236, 40), (280, 48), (288, 62), (286, 84), (12, 84)]
    _polygon(draw, body, (*color, 255))
    _polygon(draw, [(12, 68), (288, 68), (286, 84), (12, 84)], (*_darker(color, 0.72), 255))
    _polygon(draw, [(86, 41), (116, 19), (150, 18), (150, 41)], (40, 50, 60, 255))
    _polygon(draw, [(158, 41), (158, 18), (194, 17), (224, 41)], (46, 56, 66, 255))
    _polygon(draw, [(120, 20), (134, 19), (112, 40), (96, 40)], (96, 110, 120, 255))
    for x in (68, 232):
        _ellipse(draw, (x - 23, 62, x + 23, 106), (18, 18, 20, 255))
        _ellipse(draw, (x - 12, 73, x + 12, 95), (128, 130, 132, 255))
    _polygon(draw, [(276, 50), (288, 54), (288, 62), (274, 60)], (255, 250, 220, 255))
    _polygon(draw, [(12, 54), (18, 50), (24, 50), (22, 62), (12, 62)], (150, 20, 20, 255))
    sprite = sprite.resize((300, 110), Image.Resampling.LANCZOS)
    return _with_headlights(sprite) if lights else sprite


def walker(phase: int, *, phases: int = 8) -> Image.Image:
    """A person who walks to the left, one of `phases` pictures of a stride, on a transparent ground (70 by 150)."""
    sprite = Image.new("RGBA", (70 * _FINE, 150 * _FINE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sprite)
    swing = math.sin(2 * math.pi * phase / phases)
    lift = abs(math.cos(2 * math.pi * phase / phases)) * 2
    _ellipse(draw, (14, 136, 58, 147), (0, 0, 0, 100))
    hip, shoulder = (35, 82 - lift), (34, 42 - lift)
    for side, shade in ((-1, 0.8), (1, 1.0)):
        knee = (hip[0] - 9 * swing * side, 108)
        foot = (hip[0] - 20 * swing * side + 3, 138 - (4 if swing * side < 0 else 0))
        trousers = (*_darker((58, 62, 78), shade), 255)
        _limb(draw, [hip, knee, foot], trousers, 12)
        _limb(draw, [foot, (foot[0] - 8, foot[1])], (30, 28, 28, 255), 7)
        elbow = (shoulder[0] + 8 * swing * side, 62 - lift)
        hand = (shoulder[0] + 12 * swing * side - 4, 80 - lift)
        _limb(draw, [shoulder, elbow, hand], (*_darker((122, 60, 52), shade * 0.9), 255), 9)
    _limb(draw, [(hip[0], hip[1] - 2), (34, 46 - lift)], (128, 64, 54, 255), 23)
    _ellipse(draw, (25, 12 - lift, 44, 34 - lift), (150, 112, 90, 255))
    _ellipse(draw, (25, 10 - lift, 45, 24 - lift), (44, 36, 32, 255))
    return sprite.resize((70, 150), Image.Resampling.LANCZOS)


def at_night(picture: Image.Image, *, lamp: tuple[int, int] | None) -> Image.Image:
    """The same picture through an infrared camera: gray, dark away from the camera's own light and the street lamp."""
    gray = ImageEnhance.Contrast(picture.convert("L").convert("RGB")).enhance(0.9)
    light = Image.new("L", picture.size, 52)
    draw = ImageDraw.Draw(light)
    draw.ellipse((140, 330, 1140, 1000), fill=190)
    if lamp is not None:
        x, y = lamp
        draw.polygon([(x, y), (x - 210, y + 250), (x + 190, y + 250)], fill=150)
        draw.ellipse((x - 26, y - 18, x + 26, y + 18), fill=255)
    light = light.filter(ImageFilter.GaussianBlur(48))
    dark = ImageChops.multiply(gray, Image.merge("RGB", (light, light, light)))
    if lamp is None:
        return dark
    bulb = Image.new("L", picture.size, 0)
    ImageDraw.Draw(bulb).ellipse((lamp[0] - 16, lamp[1] - 8, lamp[0] + 16, lamp[1] + 8), fill=255)
    glow = ImageChops.add(bulb.filter(ImageFilter.GaussianBlur(4)), bulb.filter(ImageFilter.GaussianBlur(22)))
    return ImageChops.screen(dark, Image.merge("RGB", (glow, glow, glow)))


def _lane(x: float) -> float:
    return 414 - x * 32 / WIDTH


def _scaled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * _FINE, y * _FINE) for x, y in points]


def _polygon(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], color: tuple[int, ...]) -> None:
    draw.polygon(_scaled(points), fill=color)


def _ellipse(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], color: tuple[int, ...]) -> None:
    draw.ellipse(tuple(value * _FINE for value in box), fill=color)


def _limb(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], color: tuple[int, ...], width: int) -> None:
    draw.line(_scaled(points), fill=color, width=width * _FINE, joint="curve")
    for x, y in (points[0], points[-1]):
        _ellipse(draw, (x - width / 2, y - width / 2, x + width / 2, y + width / 2), color)


def _darker(color: Color, share: float) -> Color:
    return (int(color[0] * share), int(color[1] * share), int(color[2] * share))


def _gradient(picture: Image.Image, box: tuple[int, int, int, int], top: Color, bottom: Color) -> None:
    left, upper, right, lower = (value * _FINE for value in box)
    blend = Image.linear_gradient("L").resize((right - left, lower - upper))
    flat = [Image.new("RGB", blend.size, color) for color in (bottom, top)]
    picture.paste(Image.composite(flat[0], flat[1], blend), (left, upper))


def _foliage(
    draw: ImageDraw.ImageDraw,
    chance: random.Random,
    box: tuple[int, int, int, int],
    color: Color,
    *,
    count: int,
    size: tuple[int, int],
) -> None:
    for _leaf in range(count):
        x, y = chance.uniform(box[0], box[2]), chance.uniform(box[1], box[3])
        radius = chance.uniform(*size)
        _ellipse(draw, (x - radius, y - radius * 0.7, x + radius, y + radius * 0.7),
                 _darker(color, chance.uniform(0.72, 1.18)))  # fmt: skip


def _house(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], *, width: int, height: int, wall: Color, roof: Color
) -> None:
    x, y = at
    _polygon(draw, [(x, y + 40), (x + width, y + 36), (x + width, y + height), (x, y + height + 8)], wall)
    for line in range(48, height, 8):  # weatherboard
        _polygon(draw, [(x, y + line), (x + width, y + line - 4), (x + width, y + line - 3), (x, y + line + 1)],
                 _darker(wall, 0.93))  # fmt: skip
    _polygon(draw, [(x - 18, y + 46), (x + 40, y), (x + width - 36, y - 4), (x + width + 18, y + 40)], roof)
    _polygon(draw, [(x - 18, y + 46), (x + width + 18, y + 40), (x + width + 18, y + 46), (x - 18, y + 52)],
             _darker(roof, 0.6))  # fmt: skip
    for left in (0.08, 0.28):
        window = x + width * left
        _polygon(draw, [(window - 3, y + 67), (window + 43, y + 67), (window + 43, y + 115), (window - 3, y + 115)],
                 (226, 224, 216))  # fmt: skip
        _polygon(draw, [(window, y + 70), (window + 40, y + 70), (window + 40, y + 112), (window, y + 112)],
                 (62, 76, 88))  # fmt: skip
        _polygon(draw, [(window + 19, y + 70), (window + 21, y + 70), (window + 21, y + 112), (window + 19, y + 112)],
                 (226, 224, 216))  # fmt: skip
    door = x + width * 0.49
    _polygon(draw, [(door, y + 70), (door + 30, y + 70), (door + 30, y + height), (door, y + height)], (98, 44, 38))
    garage = x + width * 0.65
    _polygon(draw, [(garage, y + 72), (garage + 100, y + 71), (garage + 100, y + height), (garage, y + height + 1)],
             (218, 216, 208))  # fmt: skip
    for panel in range(1, 4):
        level = y + 72 + panel * 19
        _polygon(draw, [(garage, level), (garage + 100, level), (garage + 100, level + 1), (garage, level + 1)],
                 (176, 174, 168))  # fmt: skip


def _mailbox(draw: ImageDraw.ImageDraw, at: tuple[int, int]) -> None:
    x, y = at
    _polygon(draw, [(x + 8, y + 18), (x + 13, y + 18), (x + 13, y + 66), (x + 8, y + 66)], (96, 76, 58))
    _polygon(draw, [(x, y + 4), (x + 26, y + 2), (x + 26, y + 20), (x, y + 22)], (56, 58, 62))


def _parked_car(draw: ImageDraw.ImageDraw, at: tuple[int, int], color: Color) -> None:
    """Seen from behind and above, as a car in one's own drive is."""
    x, y = at
    _ellipse(draw, (x - 104, y + 96, x + 104, y + 142), (112, 110, 106))
    _polygon(draw, [(x - 66, y), (x + 66, y), (x + 86, y + 58), (x - 86, y + 58)], color)
    _polygon(draw, [(x - 52, y + 6), (x + 52, y + 6), (x + 56, y + 16), (x - 56, y + 16)], _darker(color, 1.12))
    _polygon(draw, [(x - 62, y + 20), (x + 62, y + 20), (x + 76, y + 54), (x - 76, y + 54)], (38, 46, 54))
    _polygon(draw, [(x - 40, y + 24), (x - 22, y + 24), (x - 34, y + 50), (x - 56, y + 50)], (84, 96, 106))
    _polygon(draw, [(x - 90, y + 58), (x + 90, y + 58), (x + 94, y + 112), (x - 94, y + 112)], _darker(color, 0.9))
    _polygon(draw, [(x - 94, y + 98), (x + 94, y + 98), (x + 92, y + 122), (x - 92, y + 122)], _darker(color, 0.6))
    for side in (-1, 1):
        _polygon(draw, [(x + side * 62, y + 66), (x + side * 90, y + 66), (x + side * 92, y + 84),
                        (x + side * 66, y + 80)], (170, 30, 28))  # fmt: skip
        _polygon(draw, [(x + side * 92, y + 110), (x + side * 66, y + 118), (x + side * 66, y + 136),
                        (x + side * 90, y + 134)], (22, 22, 24))  # fmt: skip
    _polygon(draw, [(x - 22, y + 84), (x + 22, y + 84), (x + 22, y + 98), (x - 22, y + 98)], (206, 206, 196))


def _car_from_above(draw: ImageDraw.ImageDraw, at: tuple[float, float], size: float, color: Color) -> None:
    x, y = at
    width, length = 56 * size, 76 * size
    _ellipse(draw, (x - 4 * size, y + length * 0.7, x + width + 10 * size, y + length + 8 * size), (66, 66, 68))
    _polygon(draw, [(x + 6 * size, y), (x + width - 6 * size, y), (x + width, y + length), (x, y + length)],
             _darker(color, 0.92))  # fmt: skip
    _polygon(draw, [(x + 11 * size, y + 12 * size), (x + width - 11 * size, y + 12 * size),
                    (x + width - 8 * size, y + 24 * size), (x + 8 * size, y + 24 * size)], (44, 52, 60))  # fmt: skip
    _polygon(draw, [(x + 8 * size, y + 24 * size), (x + width - 8 * size, y + 24 * size),
                    (x + width - 7 * size, y + 48 * size), (x + 7 * size, y + 48 * size)],
             _darker(color, 1.1))  # fmt: skip
    _polygon(draw, [(x + 7 * size, y + 48 * size), (x + width - 7 * size, y + 48 * size),
                    (x + width - 5 * size, y + 58 * size), (x + 5 * size, y + 58 * size)], (50, 58, 66))  # fmt: skip


def _oak(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    trunk = (70, 58, 48)
    _polygon(draw, [(1120, 530), (1190, 526), (1172, 300), (1214, 150), (1184, 130), (1150, 240), (1110, 140),
                    (1086, 150), (1136, 310)], trunk)  # fmt: skip
    _foliage(draw, chance, (900, 0, WIDTH, 150), (54, 76, 44), count=900, size=(6, 24))
    for _strand in range(36):  # Spanish moss
        x, y = chance.uniform(910, WIDTH), chance.uniform(110, 170)
        fall = chance.uniform(24, 80)
        _polygon(draw, [(x - 4, y), (x + 4, y), (x + 1, y + fall), (x - 1, y + fall)], (128, 132, 116))


def _shade(picture: Image.Image, ovals: list[tuple[int, int, int, int]]) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(mask)
    for oval in ovals:
        draw.ellipse([value * _FINE for value in oval], fill=110)
    return Image.composite(
        Image.new("RGB", picture.size, (30, 34, 30)), picture, mask.filter(ImageFilter.GaussianBlur(16))
    )


def _with_headlights(sprite: Image.Image) -> Image.Image:
    glow = Image.new("RGBA", (620, 150), (0, 0, 0, 0))
    beam = Image.new("L", glow.size, 0)
    draw = ImageDraw.Draw(beam)
    for reach, light in ((560, 26), (500, 48), (430, 76), (370, 110)):
        draw.polygon([(284, 56), (reach, 62), (reach, 62 + (reach - 284) * 0.22), (284, 68)], fill=light)
    draw.ellipse((272, 46, 300, 70), fill=255)
    beam = beam.filter(ImageFilter.GaussianBlur(11))
    glow.paste(sprite, (0, 0))
    glow.alpha_composite(Image.merge("RGBA", (*(Image.new("L", glow.size, level) for level in (240, 240, 240)), beam)))
    return glow


def _finish(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Shrink, roughen like asphalt and grass, soften like a cheap lens."""
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    grain = Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    rough = ImageEnhance.Contrast(grain).enhance(0.35)
    return ImageChops.overlay(picture, Image.merge("RGB", (rough, rough, rough))).filter(ImageFilter.GaussianBlur(0.7))
