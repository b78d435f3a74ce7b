"""What a map in a browser has drawn: its own features at a place, and the color of the pixel there."""

from __future__ import annotations

import io
import math
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Locator, Page

# The page's own module says which map an element holds: nothing of it is global.
_LOOK = """async (element, [lng, lat]) => {
  const scripts = performance.getEntriesByType("resource").map((one) => one.name);
  const module = scripts.find((name) => /\\/map-base[^/]*\\.js/.test(name));
  if (!module) return null;  // a map comes when the page can be read
  const { mapIn } = await import(module);
  const map = mapIn(element);
  if (!map?.loaded() || map.isMoving()) return null;
  const { x, y } = map.project([lng, lat]);
  const layers = map.queryRenderedFeatures([x, y]).map((one) => one.layer.id);
  return { x, y, layers, wide: element.clientWidth, high: element.clientHeight };
}"""
METERS_A_DEGREE = 111_195
Place = tuple[float, float]
Color = tuple[int, int, int]


class Spot(NamedTuple):
    """A place on a map: the layers that have a feature there, and the pixel."""

    layers: frozenset[str]
    color: Color


def east_of(place: Place, meters: float) -> Place:
    """The (longitude, latitude) some meters to the east."""
    longitude, latitude = place
    return longitude + meters / METERS_A_DEGREE / math.cos(math.radians(latitude)), latitude


def north_of(place: Place, meters: float) -> Place:
    """The (longitude, latitude) some meters to the north."""
    return place[0], place[1] + meters / METERS_A_DEGREE


def spot(page: Page, selector: str, place: Place, layer: str = "") -> Spot:
    """What stands at the place of the map in `selector`, once `layer` has a feature there."""
    element = page.locator(selector)
    element.scroll_into_view_if_needed()
    seen = None
    for _ in range(60):
        seen = element.evaluate(_LOOK, list(place))
        if seen and (not layer or layer in seen["layers"]):
            break
        page.wait_for_timeout(250)
    assert seen, f"{selector} on {page.url} never finished drawing"
    assert 0 <= seen["x"] < seen["wide"], f"{place} is outside of {selector} on {page.url}: {seen}"
    assert 0 <= seen["y"] < seen["high"], f"{place} is outside of {selector} on {page.url}: {seen}"
    return Spot(frozenset(seen["layers"]), pixel(element, seen["x"], seen["y"]))


def pixel(element: Locator, x: float, y: float) -> Color:
    """The color that a person sees at this point of an element."""
    picture = Image.open(io.BytesIO(element.screenshot())).convert("RGB")
    color = picture.getpixel((round(x + element.evaluate("e => e.clientLeft")), round(y)))
    assert isinstance(color, tuple)
    return color[0], color[1], color[2]


def differs(one: Color, other: Color) -> float:
    """How far two colors are from each other: 0 for the same, 441 for black and white."""
    return math.dist(one, other)


def assert_drawn(page: Page, selector: str, layer: str, *, at: Place, beside: Place) -> None:
    """The layer has a feature at one place and none beside it, and the two look different."""
    here, there = spot(page, selector, at, layer), spot(page, selector, beside)
    assert layer in here.layers, f"{page.url}: {layer} draws nothing at {at}, only {sorted(here.layers)}"
    assert layer not in there.layers, f"{page.url}: {layer} draws at {beside} too"
    assert differs(here.color, there.color) > 40, f"{page.url}: {layer} cannot be told from the ground: {here, there}"
