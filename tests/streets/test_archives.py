"""A ready PMTiles archive becomes the city's streets; a hostile or a foreign one is refused in words."""

from __future__ import annotations

import gzip

import mapbox_vector_tile
import pytest
import shapely
from django.urls import reverse
from pmtiles.tile import Compression, Entry, TileType, serialize_directory, zxy_to_tileid

from apps.ledger.values import Actor
from apps.streets.models import Street, StreetSet, Tile, Way
from apps.streets.reading import archive as reading
from apps.streets.search import find_places
from apps.streets.services import load_streets
from apps.streets.ways import StreetsUnreadable
from tests.factories.archives import archive, basemap
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db
NEAR = (-84.5, 30.3, -84.1, 30.6)


def load(*files, near=NEAR):
    return load_streets(files=files, name="archive", actor=Actor.system("test"), near=near)


def refusal(*files, near=NEAR):
    with pytest.raises(StreetsUnreadable) as refused:
        load(*files, near=near)
    assert not StreetSet.objects.exists()
    return str(refused.value.message)


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.NONE])
def test_protomaps_basemap_is_drawn_and_searched_as_our_own(tmp_path, compression):
    load(archive(tmp_path / "town.pmtiles", basemap(), compression=compression))
    ways = dict(Street.objects.values_list("name", "way"))
    assert ways == {
        "North Monroe Street": Way.MAIN,
        "East Tennessee Street": Way.CONNECTOR,
        "4th Avenue": Way.LOCAL,
        "Interstate 10": Way.FREEWAY,
    }
    drawn = {}
    for tile in Tile.objects.filter(zoom=14):
        for layer, content in mapbox_vector_tile.decode(gzip.decompress(bytes(tile.data))).items():
            for one in content["features"]:
                drawn.setdefault(layer, set()).add((one["properties"].get("kind"), one["properties"].get("name")))
    assert drawn["ground"] == {("water", "Lake Ella"), ("park", "A Park")}
    assert drawn["labels"] == {(None, "Midtown")}
    assert Tile.objects.filter(zoom=8).exists()


def test_corners_and_streets_are_found_over_the_borders_of_tiles(tmp_path):
    load(archive(tmp_path / "town.pmtiles", basemap()))
    [corner] = find_places("monroe & 4th", typing=True)
    assert (corner.latitude, corner.longitude) == pytest.approx((30.45, -84.28), abs=2e-5)
    street = find_places("1250 n monroe")[0]
    assert (street.kind, street.label) == ("street", "North Monroe Street")  # no house numbers
    assert street.bounds == pytest.approx((-84.28, 30.44, -84.28, 30.46), abs=2e-5)


def test_house_numbers_come_from_another_file_of_the_same_call(tmp_path):
    load(archive(tmp_path / "town.pmtiles", basemap()), geojson(tmp_path / "numbers.geojson", town()))
    assert find_places("1250 n monroe")[0].kind == "address"


def test_whom_the_archive_names_stands_on_the_map_as_text(client, tmp_path):
    load(archive(tmp_path / "town.pmtiles", basemap()))
    assert client.get(reverse("streets:about")).json()["attribution"] == "Protomaps © OpenStreetMap"
    hostile = {"attribution": "<img src=x onerror=alert(1)>&lt;script&gt;alert(1)&lt;/script&gt; " + "x" * 500}
    load(archive(tmp_path / "other.pmtiles", basemap(), said=hostile))
    shown = client.get(reverse("streets:about")).json()["attribution"]
    assert "<" not in shown
    for said in ({"attribution": 7}, {}, {"attribution": ""}):
        load(archive(tmp_path / f"{len(said)}{said.get('attribution')}.pmtiles", basemap(), said=said))
        assert client.get(reverse("streets:about")).json()["attribution"] == ""


def test_only_what_is_around_the_city_is_read(tmp_path):
    far = ("roads", shapely.LineString([(-80, 26), (-80, 26.01)]), {"name": "Far Road", "kind": "minor_road"})
    load(archive(tmp_path / "state.pmtiles", [*basemap(), far]))
    assert not Street.objects.filter(name="Far Road").exists()


def test_another_citys_archive_and_one_of_foreign_layers_are_refused(tmp_path):
    assert "no road of this city" in refusal(
        archive(tmp_path / "town.pmtiles", basemap()), near=(-80.4, 25.6, -80.0, 26.0)
    )
    foreign = [("transportation", shape, said) for layer, shape, said in basemap() if layer == "roads"]
    assert "transportation" in refusal(archive(tmp_path / "foreign.pmtiles", foreign))
    assert "too coarse" in refusal(archive(tmp_path / "coarse.pmtiles", basemap(), zoom=11))
    assert "too large" in refusal(archive(tmp_path / "all.pmtiles", basemap()), near=(-180, -80, 180, 80))


def test_pictures_and_other_compressions_are_refused(tmp_path):
    assert "MVT" in refusal(archive(tmp_path / "a.pmtiles", basemap(), kind=TileType.PNG))
    assert "gzip" in refusal(archive(tmp_path / "b.pmtiles", basemap(), compression=Compression.ZSTD))
    good = archive(tmp_path / "c.pmtiles", basemap()).read_bytes()
    for place, value, words in ((97, 1, "gzip"), (97, 99, "damaged"), (99, 77, "damaged"), (7, 2, "version 3")):
        changed = tmp_path / f"{place}-{value}.pmtiles"
        changed.write_bytes(good[:place] + bytes([value]) + good[place + 1 :])
        assert words in refusal(changed)


def test_what_is_cut_off_or_something_else_is_refused(tmp_path):
    good = archive(tmp_path / "good.pmtiles", basemap()).read_bytes()
    for end in (0, 5, 126, 127, 140, len(good) // 2, len(good) - 1):
        cut = tmp_path / f"cut{end}.pmtiles"
        cut.write_bytes(good[:end])
        assert refusal(cut)
    noise = tmp_path / "noise.pmtiles"
    noise.write_bytes(b"\xff\xfe" * 5000)
    assert "no PMTiles archive" in refusal(noise)


def with_root(good: bytes, root: bytes) -> bytes:
    """The archive with another root directory, at its end."""
    header = bytearray(good)
    header[8:16] = len(good).to_bytes(8, "little")
    header[16:24] = len(root).to_bytes(8, "little")
    header[40:48] = len(good).to_bytes(8, "little")
    return bytes(header) + root


def test_directories_that_lead_to_themselves_and_numbers_without_end_are_refused(tmp_path):
    good = archive(tmp_path / "good.pmtiles", basemap()).read_bytes()
    first = zxy_to_tileid(15, 0, 0)
    loop = serialize_directory([Entry(first, 0, 0, 0)])
    for _again in range(5):  # until its length is what it says
        loop = serialize_directory([Entry(first, 0, len(loop), 0)])
    bombs = {
        "loop": loop,
        "endless": gzip.compress(b"\x80" * 900_000),
        "many": gzip.compress(b"\xff\xff\xff\xff\x7f" + b"\x00" * 100),
        "bomb": gzip.compress(b"\x00" * 50_000_000),
        "twice": gzip.compress(b"\x00") * 2,
        "beyond": serialize_directory([Entry(first, 1 << 60, 100, 1 << 40)]),
        "long": serialize_directory([Entry(first, 0, 1 << 40, 1 << 40)]),
        "plain": b"\x00\x00",
    }
    for name, root in bombs.items():
        file = tmp_path / f"{name}.pmtiles"
        file.write_bytes(with_root(good, root))
        assert "damaged" in refusal(file), name


def test_a_tile_that_unpacks_without_end_or_is_no_tile_is_refused(tmp_path, monkeypatch):
    good = archive(tmp_path / "good.pmtiles", basemap()).read_bytes()
    first = zxy_to_tileid(15, 0, 0)
    for name, tile in {"bomb": gzip.compress(b"\x00" * 30_000_000), "noise": gzip.compress(b"\x1a\xff\xff")}.items():
        body = good + tile
        root = serialize_directory(
            [Entry(first, len(good) - int.from_bytes(good[56:64], "little"), len(tile), 1 << 31)]
        )
        file = tmp_path / f"{name}.pmtiles"
        file.write_bytes(with_root(body, root))
        assert "damaged" in refusal(file), name
    monkeypatch.setattr(reading, "_UNPACKED_MOST", 500)
    assert "more than 2 GB" in refusal(tmp_path / "good.pmtiles")
