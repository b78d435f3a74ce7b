"""An agency begins with two commands, and its program managers keep details and zones right."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.agencies.founding import AgencyDetails, set_agency_details
from apps.agencies.models import Agency, Role, Zone
from apps.agencies.zones import compare_zones, load_zones, read_zones
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
WEST, SOUTH = -84.30, 30.43


def box(west=WEST, south=SOUTH, size=0.02):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code="N1", name="North", ring=None, kind="Polygon", coordinates=None, **properties):
    coordinates = coordinates if coordinates is not None else [ring or box()]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


TWO = geojson(feature(), feature("N2", "North-East", box(WEST + 0.02)))


# The library that simplifies recursed once for each corner of this one, and the process died.
ZIGZAG = [[round(WEST + n * 1e-6, 6), SOUTH + n % 2 * 0.1] for n in range(60_000)]
ZIGZAG += [[WEST, SOUTH + 0.2], ZIGZAG[0]]
SLIVER = box(size=0.000_000_4)


def found(**changes):
    given = {"short": "TPD", "name": "Tallahassee Police Department", "ori": "FL0370100", "zone": "America/New_York"}
    given |= changes
    call_command("found_agency", given["short"], given["name"], given["ori"], f"--time-zone={given['zone']}")


def test_the_command_founds_an_agency_once(capsys):
    found()
    found()
    said = capsys.readouterr().out
    assert "TPD is founded." in said
    assert "there already" in said
    assert Agency.objects.count() == 1
    assert Entry.objects.get(action="agency.founded").facts["ori"] == "FL0370100"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ori": "FL37"}, "An ORI is two letters"),
        ({"zone": "Eastern"}, "time zone by its name"),
        ({"zone": "../etc/passwd"}, "time zone by its name"),
        ({"short": "T"}, "2 to 20 letters"),
        ({"name": " "}, "fill this in"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(changes, words):
    with pytest.raises(CommandError, match=words):
        found(**changes)
    assert not Agency.objects.exists()


def test_an_agency_that_is_there_is_not_changed_by_the_command():
    found()
    with pytest.raises(CommandError, match="another name"):
        found(name="Another department")
    with pytest.raises(CommandError, match="belongs to TPD"):
        found(short="LCSO")


def test_the_command_loads_zones_once_and_changes_them_by_code(tmp_path, agency, capsys):
    file = tmp_path / "zones.geojson"
    file.write_bytes(TWO)
    for _time in range(2):
        call_command("load_zones", agency.short_name, str(file))
    assert Zone.objects.filter(agency=agency).count() == 2
    assert Entry.objects.filter(action="agency.zones_loaded").count() == 1
    file.write_bytes(geojson(feature(name="North side")))
    call_command("load_zones", agency.short_name.lower(), str(file))
    assert set(Zone.objects.filter(agency=agency).values_list("name", flat=True)) == {"North side", "North-East"}
    assert "1 not in the file and left alone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 a shapefile", "not a GeoJSON"),
        (b"\xff\xfe", "not a GeoJSON"),
        (b"[" * 100_000, "not a GeoJSON"),
        (b"[]", "no features"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (geojson(feature(ring=box(2_000_000, 500_000, 3_000))), "not degrees"),
        (geojson(feature(), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::2238"}}), "not degrees"),
        (geojson(feature(ring=[[y, x] for x, y in box()])), "wrong order"),
        (geojson(feature(kind="Point", coordinates=[WEST, SOUTH])), "not a polygon"),
        (geojson(feature(kind="LineString", coordinates=box())), "not a polygon"),
        (geojson(feature(kind="MultiPolygon", coordinates=[[box()], [box(-84.2)]])), "several separate parts"),
        (geojson(feature(coordinates=[box(), box(size=0.01)])), "has a hole"),
        (geojson(feature(ring=[box()[n] for n in (0, 2, 1, 3, 0)])), "N1"),
        (geojson(feature(ring=[["a", "b"]] * 4)), "not numbers"),
        (geojson(feature(ring=box()[:3])), "N1"),
        (geojson(feature(code="")), "needs a code"),
        (geojson(feature(code="X" * 21)), "at most 20"),
        (geojson(feature(), feature(name="Again", ring=box(-84.2))), "more than once"),
        (geojson(feature(), feature("N2", "Over it", box(WEST + 0.01))), "overlap"),
        (geojson("not a feature"), "needs a code"),
        (geojson(feature(ring=ZIGZAG)), "more than 500 corners"),
        (geojson(feature(ring=SLIVER)), "crosses or touches itself"),
    ],
)
def test_a_file_that_holds_no_zones_is_refused_in_a_sentence(data, words):
    with pytest.raises(InvalidInput, match=words):
        read_zones(data)


@pytest.mark.parametrize("crs", [None, {}, [], {"properties": None}, {"properties": ["EPSG:2238"]}])
def test_a_file_that_names_no_projection_is_in_degrees(crs):
    assert len(read_zones(geojson(feature(), crs=crs))) == 1


def test_what_is_shown_before_loading_is_what_loads():
    """Corners nearer than the digits that are kept fall together: such an outline is refused before it is shown."""
    east = WEST + 0.1
    notch = [[WEST, SOUTH], [east, SOUTH], [east, SOUTH + 0.1], [WEST + 0.05, SOUTH + 0.000_000_4]]
    with pytest.raises(InvalidInput, match="crosses or touches itself"):
        read_zones(geojson(feature(ring=[*notch, [WEST, SOUTH + 0.1], notch[0]])))


def test_a_border_with_many_corners_is_drawn_simpler_and_holes_between_neighbors_are_none(agency):
    ring = box()
    dense = [
        [one[0] + (other[0] - one[0]) * n / 400, one[1] + (other[1] - one[1]) * n / 400]
        for one, other in zip(ring, ring[1:], strict=False)
        for n in range(400)
    ] + [ring[0]]
    plans = read_zones(geojson(feature(ring=dense), feature("N2", "East", box(WEST + 0.02))))
    assert len(plans[0].ring) <= 501


def test_other_names_of_the_properties_and_a_multipolygon_of_one_part_are_read():
    data = geojson(
        {
            "type": "Feature",
            "properties": {"ZONE": 7, "LABEL": "Seven"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[box()]]},
        }
    )
    assert [(plan.code, plan.name) for plan in read_zones(data)] == [("7", "Seven")]


def test_loading_what_is_loaded_changes_nothing(agency):
    load_zones(agency=agency, plans=read_zones(TWO), actor=Actor.system("load_zones"))
    changes = compare_zones(agency, read_zones(TWO))
    assert (changes.added, changes.changed, len(changes.same)) == ([], [], 2)


def test_a_zone_that_overlaps_one_that_the_file_does_not_name_is_refused(agency):
    load_zones(agency=agency, plans=read_zones(TWO), actor=Actor.system("load_zones"))
    with pytest.raises(InvalidInput, match="N3 and N2 overlap"):
        load_zones(
            agency=agency,
            plans=read_zones(geojson(feature("N3", "Third", box(WEST + 0.03)))),
            actor=Actor.system("load_zones"),
        )
    assert Zone.objects.filter(agency=agency).count() == 2


def details(**changes):
    given = {"name": "Police Department", "ori": "FL0370100", "time_zone": "America/New_York", "phone": "", "email": ""}
    return AgencyDetails(**(given | changes))


def test_a_manager_corrects_the_details_once(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    for _time in range(2):
        set_agency_details(agency=agency, details=details(phone="(850) 891-4200"), by=manager)
    agency.refresh_from_db()
    assert agency.phone == "(850) 891-4200"
    assert Entry.objects.filter(action="agency.details_set").count() == 1


def test_all_that_is_wrong_is_said_at_once(agency):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    with pytest.raises(InvalidInput) as refused:
        set_agency_details(agency=agency, details=details(ori="1", phone="call us", email="no"), by=manager)
    assert set(refused.value.fields) == {"ori", "phone", "email"}
    other = AgencyFactory.create(ori="FL0370200")
    with pytest.raises(InvalidInput, match="Another agency"):
        set_agency_details(agency=agency, details=details(ori=other.ori), by=manager)


@pytest.mark.parametrize("role", [one for one in Role if one != Role.PROGRAM_MANAGER])
def test_nobody_else_changes_details_or_zones(role, agency, client):
    person = staff(role, agency)
    with pytest.raises(NotAllowed):
        set_agency_details(agency=agency, details=details(), by=person)
    sign_in(client, person)
    for name in ("details", "zones_load", "zones_preview", "zones_draw"):
        page = reverse(f"admin:agencies_agency_{name}", args=[agency.public_id])
        assert client.post(page, {"geojson": TWO.decode()}).status_code == 404
    assert not Zone.objects.exists()


def test_the_page_corrects_the_details_and_keeps_what_was_typed(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    page = reverse("admin:agencies_agency_details", args=[agency.public_id])
    given = {"name": "New name", "ori": "bad", "time_zone": "America/Chicago", "phone": "", "email": ""}
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert "New name" in refused.content.decode()
    client.post(page, given | {"ori": agency.ori})
    agency.refresh_from_db()
    assert (agency.name, agency.time_zone) == ("New name", "America/Chicago")


def test_a_manager_sees_what_a_file_would_do_before_it_is_loaded(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    ZoneFactory.create(agency=agency, code="OLD", name="Old one", ring=box(-84.1))
    preview = reverse("admin:agencies_agency_zones_preview", args=[agency.public_id])
    shown = client.post(preview, {"file": SimpleUploadedFile("zones.geojson", TWO)})
    page = shown.content.decode()
    assert "North-East" in page
    assert "OLD Old one" in page
    assert Zone.objects.count() == 1
    load = reverse("admin:agencies_agency_zones_load", args=[agency.public_id])
    done = client.post(load, {"geojson": shown.context["load_form"].initial["geojson"]}, follow=True)
    assert "The zones are loaded." in done.content.decode()
    assert Zone.objects.filter(agency=agency).count() == 3


def drawn(code="n1", name="North", ring=None):
    corners = "\n".join(f"{latitude},{longitude}" for longitude, latitude in (ring or box(WEST))[:-1])
    return {"code": code, "name": name, "corners": corners}


def test_a_manager_draws_a_zone_sees_what_it_would_do_and_draws_it_anew(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    draw = reverse("admin:agencies_agency_zones_draw", args=[agency.public_id])
    load = reverse("admin:agencies_agency_zones_load", args=[agency.public_id])
    shown = client.post(draw, drawn())
    assert not Zone.objects.exists()
    client.post(load, {"geojson": shown.context["load_form"].initial["geojson"]})
    zone = Zone.objects.get(agency=agency)
    assert (zone.code, zone.name, len(zone.ring)) == ("N1", "North", 5)
    again = client.get(f"{draw}?zone=N1").context["form"].initial
    assert again == drawn("N1", ring=zone.ring)
    shown = client.post(draw, drawn("N1", "Northern"))
    assert [one.name for one in shown.context["changes"].changed] == ["Northern"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"corners": "30.4;-84.2"}, "Line 1 is no corner."),
        ({"corners": "30.44,-84.28\n30.45,-84.28"}, "corners"),
        ({"code": ""}, "id_code_error"),
        (drawn("N2", ring=box(WEST + 0.001)), "overlap"),
    ],
)
def test_a_zone_that_cannot_be_is_refused_beside_the_field_and_kept_in_the_form(agency, client, given, words):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    load_zones(agency=agency, plans=read_zones(TWO), actor=Actor.system("load_zones"))
    answer = client.post(reverse("admin:agencies_agency_zones_draw", args=[agency.public_id]), drawn("N9") | given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert f">\n{(drawn('N9') | given)['corners']}</textarea>" in page


def test_a_bad_file_says_what_to_do_on_the_page(agency, client):
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    preview = reverse("admin:agencies_agency_zones_preview", args=[agency.public_id])
    answer = client.post(preview, {"file": SimpleUploadedFile("zones.zip", b"PK\x03\x04")})
    assert answer.status_code == 422
    assert "not a GeoJSON file" in answer.content.decode()


def test_a_large_file_that_was_shown_can_be_loaded(agency, client):
    """Sent as an ordinary form its brackets took three bytes each, and the server refused the body."""
    wide = [[WEST + n * 0.0003, SOUTH + n % 2 * 0.000_2] for n in range(450)]
    ring = [*wide, [WEST + 0.15, SOUTH + 0.01], [WEST, SOUTH + 0.01], wide[0]]
    rings = [[[x, round(y + 0.011 * row, 6)] for x, y in ring] for row in range(60)]
    data = geojson(*(feature(f"Z{row}", f"Zone {row}", one) for row, one in enumerate(rings)))
    sign_in(client, staff(Role.PROGRAM_MANAGER, agency))
    address = reverse("admin:agencies_agency_zones_preview", args=[agency.public_id])
    page = client.post(address, {"file": SimpleUploadedFile("zones.geojson", data)})
    load = reverse("admin:agencies_agency_zones_load", args=[agency.public_id])
    assert f'enctype="multipart/form-data" action="{load}"' in page.content.decode()
    shown = page.context["load_form"].initial["geojson"]
    assert len(shown) <= len(data)
    assert client.post(load, {"geojson": shown}).status_code == 302
    assert Zone.objects.filter(agency=agency).count() == 60
