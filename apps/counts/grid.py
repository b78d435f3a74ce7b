"""The grid that partners are counted in: squares of the web map's tiles, fine only where many take part.

Places are points of the unit square: x grows eastward and y southward, as tiles are numbered (Web Mercator).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

import shapely

from apps.counts.figures import FLOOR

COARSEST, FINEST = 13, 17  # at 30° of latitude: sides of 4.2 km and of 265 m
# A square is split when each quarter would hold so many partners, and joined again below the floor.
SPLIT_FROM = 1.5 * FLOOR


class Cell(NamedTuple):
    """A tile: at `zoom` the world has 2^zoom columns and rows."""

    zoom: int
    x: int
    y: int

    def box(self) -> shapely.Polygon:
        """The square in the unit square."""
        side = 2.0**-self.zoom
        return shapely.box(self.x * side, self.y * side, (self.x + 1) * side, (self.y + 1) * side)

    def quarters(self) -> list[Cell]:
        """The four cells that it is made of, one zoom further in."""
        return [Cell(self.zoom + 1, 2 * self.x + dx, 2 * self.y + dy) for dx in (0, 1) for dy in (0, 1)]


class ZoneCount(NamedTuple):
    """A zone in the unit square, and the public's number of its partners."""

    shape: shapely.Polygon
    partners: int


def cell_at(x: float, y: float, cells: Collection[Cell]) -> Cell | None:
    """The cell of the partition that holds the point."""
    for zoom in range(FINEST, COARSEST - 1, -1):
        cell = Cell(zoom, math.floor(x * 2**zoom), math.floor(y * 2**zoom))
        if cell in cells:
            return cell
    return None


def partition(roots: Iterable[Cell], zones: list[ZoneCount], before: Collection[Cell]) -> set[Cell]:
    """The cells that cover these roots: each holds, by the public figures, at least the floor, or is a root.

    Made of public figures alone, so it tells nothing by itself. `before` is the partition that stands: what is split
    stays split while each quarter holds the floor, so that a number that wavers does not move the grid.
    """
    split = {
        Cell(zoom, cell.x >> (cell.zoom - zoom), cell.y >> (cell.zoom - zoom))
        for cell in before
        for zoom in range(COARSEST, cell.zoom)
    }
    found, open_cells = set(), list(roots)
    while open_cells:
        cell = open_cells.pop()
        quarters = cell.quarters() if cell.zoom < FINEST else []
        least = FLOOR if cell in split else SPLIT_FROM
        if quarters and all(_expected(quarter, zones) >= least for quarter in quarters):
            open_cells += quarters
        else:
            found.add(cell)
    return found


def _expected(cell: Cell, zones: list[ZoneCount]) -> float:
    """Partners in the cell if those of a zone were spread evenly over it."""
    box = cell.box()
    return sum(zone.partners * zone.shape.intersection(box).area / zone.shape.area for zone in zones)
