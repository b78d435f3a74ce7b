"""A sketch of where things were recorded: the areas asked and, where they were opened, the cameras. SVG, no streets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from apps.footage_requests.services import CameraSeen
from apps.geo import Sector

WIDTH, HEIGHT, EDGE = 720, 420, 40
METERS_A_DEGREE = 111_320.0
_LENGTHS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Labeled:
    """A camera, and the number under which the story tells of its videos."""

    label: str
    camera: CameraSeen


def sketch(areas: Sequence[Sequence[Sequence[float]]], cameras: Sequence[Labeled]) -> str:
    """The drawing; empty where there is nothing to draw. Points are longitude and latitude, north is up."""
    sectors = [(one, _outline(one.camera)) for one in cameras]
    points = [point for ring in (*areas, *(outline for _one, outline in sectors)) for point in ring]
    if not points:
        return ""
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    shrink = math.cos(math.radians((south + north) / 2))
    across, up = max(1e-6, (east - west) * shrink), max(1e-6, north - south)
    scale = min((WIDTH - 2 * EDGE) / across, (HEIGHT - 2 * EDGE) / up)
    left, top = (WIDTH - across * scale) / 2, (HEIGHT - up * scale) / 2

    def at(point: Sequence[float]) -> Point:
        return left + (point[0] - west) * shrink * scale, top + (north - point[1]) * scale

    drawn = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#eef1ea"/>']
    drawn += [_polygon([at(one) for one in ring], "#1f5f8b", "0.12") for ring in areas]
    for _one, outline in sectors:
        drawn.append(_polygon([at(point) for point in outline], "#a23f1a", "0.25"))
    for one, _outlined in sectors:
        x, y = at((one.camera.longitude, one.camera.latitude))
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" fill="#14261f"/>')
        drawn.append(_text(x, y + 5, one.label, fill="#ffffff", anchor="middle"))
    drawn += _scale(scale / METERS_A_DEGREE)
    drawn.append(f'<path d="M{WIDTH - 30} 48 l8 22 l-8 -6 l-8 6 z" fill="#14261f"/>')
    drawn.append(_text(WIDTH - 30, 42, "N", fill="#14261f", anchor="middle"))
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return "".join([frame, *drawn, "</svg>"])


def _outline(camera: CameraSeen) -> list[Point]:
    sector = Sector(camera.latitude, camera.longitude, camera.bearing, camera.field_of_view, camera.range_m)
    return [(x, y) for x, y, *_rest in sector.polygon().exterior.coords]


def _scale(pixels_a_meter: float) -> list[str]:
    length = next((one for one in reversed(_LENGTHS) if one * pixels_a_meter <= WIDTH / 4), _LENGTHS[0])
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    y, wide = HEIGHT - 16, length * pixels_a_meter
    return [
        f'<path d="M16 {y - 6} v6 h{wide:.1f} v-6" fill="none" stroke="#14261f" stroke-width="2"/>',
        _text(20 + wide, y, words, fill="#14261f"),
    ]


def _polygon(points: Sequence[Point], color: str, opacity: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{color}" fill-opacity="{opacity}" stroke="{color}" stroke-width="2"/>'


def _text(x: float, y: float, words: str, *, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Public Sans" font-size="14" font-weight="600" '
        f'fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )
