"""Web Mercator as a unit square: x grows eastward and y southward, as tiles are numbered."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry)
_EQUATOR_M = 40_075_016.686


def unit_points(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows of longitude and latitude in degrees as rows of x and y."""
    longitude, latitude = points[:, 0], np.radians(points[:, 1])
    y = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2
    return np.column_stack([longitude / 360 + 0.5, y])


def degree_points(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows of x and y as rows of longitude and latitude in degrees: the way back from `unit_points`."""
    latitude = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * points[:, 1]))))
    return np.column_stack([(points[:, 0] - 0.5) * 360, latitude])


def unit_shape(shape: Shape) -> Shape:
    """A shape of degrees in the unit square."""
    turned: Shape = shapely.transform(shape, unit_points)
    return turned


def unit_length(meters: float, latitude: float) -> float:
    """A length on the ground as one in the unit square, at this latitude in degrees."""
    return meters / (_EQUATOR_M * math.cos(math.radians(latitude)))


def cells_over(box: tuple[float, float, float, float], zoom: int) -> tuple[range, range]:
    """Columns and rows of the tiles of a zoom that a box of the unit square touches."""
    west, north, east, south = (value * 2**zoom for value in box)
    return range(math.floor(west), math.floor(east) + 1), range(math.floor(north), math.floor(south) + 1)
