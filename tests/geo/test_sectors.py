"""Sectors on the ellipsoid."""

import math

import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.geo import Sector

sectors = st.builds(
    Sector,
    latitude=st.floats(-84, 84),
    longitude=st.floats(-179, 179),
    bearing=st.floats(0, 360),
    field_of_view=st.floats(1, 360),
    range_m=st.floats(1, 500),
)


def distance(sector, longitude, latitude):
    return Geodesic.WGS84.Inverse(sector.latitude, sector.longitude, latitude, longitude)["s12"]


@given(sectors)
@settings(max_examples=60, deadline=None)
def test_every_corner_but_the_apex_lies_at_the_range(sector):
    corners = set(sector.polygon().exterior.coords)
    corners.discard((sector.longitude, sector.latitude))
    assert len(corners) >= 2
    for longitude, latitude in corners:
        assert math.isclose(distance(sector, longitude, latitude), sector.range_m, abs_tol=1e-4)


@given(sectors)
@settings(max_examples=60, deadline=None)
def test_the_polygon_is_valid_counter_clockwise_and_within_its_box(sector):
    polygon = sector.polygon()
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert sector.bounds() == polygon.bounds


@given(sectors, st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_no_point_of_the_true_arc_lies_outside_the_box(sector, share):
    azimuth = sector.bearing + (share - 0.5) * sector.field_of_view
    longitude, latitude = sector.point_at(azimuth)
    west, south, east, north = sector.bounds()
    assert west - 1e-10 <= longitude <= east + 1e-10
    assert south - 1e-10 <= latitude <= north + 1e-10


@given(sectors, st.floats(-180, 180))
@settings(max_examples=80, deadline=None)
def test_a_point_is_covered_exactly_when_its_direction_is_in_the_field_of_view(sector, off):
    assume(sector.field_of_view < 359)
    assume(abs(abs(off) - sector.field_of_view / 2) > 0.01)
    end = Geodesic.WGS84.Direct(sector.latitude, sector.longitude, sector.bearing + off, sector.range_m / 2)
    inside = abs(off) < sector.field_of_view / 2
    assert sector.polygon().covers(shapely.Point(end["lon2"], end["lat2"])) is inside


@given(sectors)
@settings(max_examples=40, deadline=None)
def test_the_polygon_has_the_area_of_the_sector(sector):
    assume(sector.range_m > 50)
    assume(sector.field_of_view > 5)
    measure = Geodesic.WGS84.Polygon()
    for longitude, latitude in sector.polygon().exterior.coords[:-1]:
        measure.AddPoint(latitude, longitude)
    area = abs(measure.Compute()[2])
    assert math.isclose(area, sector.field_of_view / 360 * math.pi * sector.range_m**2, rel_tol=0.002)


def test_a_full_circle_has_no_apex_and_reaches_the_range_in_each_direction():
    circle = Sector(30.44, -84.28, 10, 360, 100)
    assert (circle.longitude, circle.latitude) not in circle.polygon().exterior.coords
    west, south, east, north = circle.bounds()
    for longitude, latitude in [(circle.longitude, north), (circle.longitude, south)]:
        assert math.isclose(distance(circle, longitude, latitude), 100, abs_tol=1e-5)
    assert math.isclose(distance(circle, east, circle.latitude), 100, abs_tol=1e-3)
    assert math.isclose(circle.longitude - west, east - circle.longitude, rel_tol=1e-9)


def test_bearing_counts_clockwise_from_true_north():
    west, south, east, north = Sector(30, -84, 90, 60, 100).bounds()
    assert (west, round(east, 6)) == (-84, -83.998964)
    assert math.isclose(north - 30, 30 - south, rel_tol=1e-3)


def test_a_bearing_of_360_is_north():
    assert Sector(30, -84, 360, 60, 100) == Sector(30, -84, 0, 60, 100)


@pytest.mark.parametrize("field", ["latitude", "longitude", "bearing", "field_of_view", "range_m"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e309, 10**400, "30", None, True, -1e9])
def test_what_is_no_number_is_refused_with_its_field(field, value):
    good = {"latitude": 30.4, "longitude": -84.2, "bearing": 0, "field_of_view": 90, "range_m": 30}
    with pytest.raises(InvalidInput) as refusal:
        Sector(**{**good, field: value})
    assert set(refusal.value.fields) == {field}
    assert str(refusal.value.message)


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (90, 0), (-86, 0), (0, 180), (0, -179.95)])
def test_poles_and_the_180th_meridian_are_refused(latitude, longitude):
    with pytest.raises(InvalidInput):
        Sector(latitude, longitude, 0, 90, 30)
