"""What the dry run says of rows: alone, beside each other, and beside what is registered."""

from __future__ import annotations

import uuid

import pytest

from apps.cameras.models import Camera
from apps.core.errors import InvalidInput
from apps.imports import services
from apps.imports.models import ColumnMemory
from apps.imports.problems import Problem, _sentence
from apps.imports.selectors import header_of, mendable, progress_of, shown_row
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.cameras import pending_camera
from tests.factories.imports import checked, csv_of, for_agency, line, problems_of, received
from tests.factories.people import AgencyFactory, StaffFactory, ZoneFactory, registrant

pytestmark = pytest.mark.django_db


def reading_of(header: str, row: str, **choices):
    camera_import = checked(received(f"{header}\n{row}\n".encode()), **choices)
    return shown_row(camera_import, camera_import.rows.get())


def stated(header: str, row: str, **choices):
    shown = reading_of(header, row, **choices)
    assert not [one for one in shown.problems if one.level == "error"], shown.problems
    return shown.reading.stated


def test_nothing_is_registered_by_a_dry_run():
    camera_import = checked(received(csv_of(line(1), line(2, latitude="north"))))
    assert progress_of(camera_import).ready == progress_of(camera_import).wrong == 1
    assert Camera.objects.count() == 0
    assert not Entry.objects.filter(action="camera.registered").exists()


def test_a_peers_registry_is_understood_by_its_own_column_names():
    found = stated(
        "Camera Name,Facing,Coordinates,View Distance (ft),Storage Days,Audio?,Resolution,FPS",
        'Gate,WSW,"30.44, -84.28",100,14,Yes,1920x1080,15',
    )
    assert found == {
        "name": "Gate", "bearing": 247.5, "latitude": 30.44, "longitude": -84.28, "range_m": 30.48,
        "retention_hours": 336, "records_sound": True, "picture_height": 1080, "frame_rate": 15.0,
    }  # fmt: skip


def test_spanish_columns_and_words_are_understood():
    found = stated(
        "nombre;latitud;longitud;mira_hacia;alcance_m;horas_guardadas;graba_sonido;ve_de_noche",
        "Puerta;30,44;-84,28;noroeste;20;48 horas;no;sí",
    )
    assert found["bearing"] == 315
    assert (found["range_m"], found["retention_hours"]) == (20, 48)
    assert (found["records_sound"], found["night_view"]) == (False, True)


@pytest.mark.parametrize(
    ("words", "degrees"),
    [("NE", 45), ("north-east", 45), ("Northeast", 45), ("SO", 225), ("O", 270), ("sur", 180), ("45°", 45),
     ("-90", 270), ("360", 0), ("NNW", 337.5), ("East", 90), ("South facing", 180)],
)  # fmt: skip
def test_compass_words_become_degrees(words, degrees):
    assert stated("name,latitude,longitude,bearing", f"A,30.44,-84.28,{words}")["bearing"] == degrees


@pytest.mark.parametrize(
    ("cell", "unit", "meters"),
    [("60", "ft", 18.29), ("60", "m", 60), ("60 ft", "m", 18.29), ("18 m", "ft", 18), ("60'", "m", 18.29),
     ("20 metros", "ft", 20)],
)  # fmt: skip
def test_the_unit_of_a_cell_goes_before_the_unit_of_its_column(cell, unit, meters):
    row = f"A,30.44,-84.28,{cell}"
    assert stated("name,latitude,longitude,range", row, range_unit=unit)["range_m"] == meters


@pytest.mark.parametrize(
    "cell", ["30.44 -84.28", '"(30.44, -84.28)"', "POINT (-84.28 30.44)", "30.44; -84.28", '"30.44N, 84.28W"']
)
def test_coordinates_of_one_cell(cell):
    found = stated("name,coordinates", f"A,{cell}")
    assert (found["latitude"], found["longitude"]) == (30.44, -84.28)


def test_degrees_minutes_seconds():
    found = stated("name\tlat\tlng", "A\t30° 26′ 24″ N\t84° 16' 48'' W")
    assert found["latitude"] == pytest.approx(30.44)
    assert found["longitude"] == pytest.approx(-84.28)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"latitude": ""}, ("latitude", "no_place")),
        ({"latitude": "91"}, ("latitude", "service")),
        ({"latitude": "1e400"}, ("latitude", "not_a_number")),
        ({"latitude": "NaN"}, ("latitude", "not_a_number")),
        ({"latitude": "0", "longitude": "0"}, ("latitude", "null_island")),
        ({"latitude": "-84.28", "longitude": "30.44"}, ("latitude", "swapped")),
        ({"longitude": "84.28"}, ("longitude", "sign")),
        ({"latitude": "48.85", "longitude": "2.35"}, ("latitude", "out_of_bounds")),
        ({"bearing": "up"}, ("bearing", "not_a_direction")),
        ({"field_of_view": "400"}, ("field_of_view", "service")),
        ({"range_m": "9999"}, ("range", "service")),
        ({"range_m": "20 parsecs"}, ("range", "unknown_unit")),
        ({"retention_hours": "0"}, ("retention", "service")),
        ({"records_sound": "maybe"}, ("records_sound", "not_yes_or_no")),
        ({"name": "x" * 300}, ("name", "service")),
        ({"site": "x" * 300}, ("site", "service")),
        ({"name": ""}, ("name", "no_name")),
        ({"bearing": ""}, ("bearing", "no_direction")),
        ({"records_sound": "no,more,cells"}, ("", "too_many_cells")),
    ],
)
def test_each_problem_names_its_column_and_says_what_to_do(change, problem):
    camera_import = checked(received(csv_of(line(1, **change))))
    assert problem in problems_of(camera_import)[2]
    shown = shown_row(camera_import, camera_import.rows.get())
    assert all(len(one.sentence) > 10 for one in shown.problems)


@pytest.mark.parametrize(
    "naughty",
    ["Ω≈ç√∫", "田中さん", "👩🏽‍🚀", "'; DROP TABLE users;--", "<script>alert(1)</script>", "%s%n",
     "\ufeffx",
     "../../etc/passwd", "NULL", "undefined", "${7*7}", "{{ 7*7 }}"],
)  # fmt: skip
def test_naughty_strings_are_kept_as_text(naughty):
    camera_import = checked(received(csv_of(line(1, name=f'"{naughty}"', site=f'"{naughty}"'))))
    assert camera_import.rows.get().state == "ready"
    assert shown_row(camera_import, camera_import.rows.get()).reading.stated["name"].strip("\ufeff")


@pytest.mark.parametrize("sign", ["\x07", "\u202e"])
def test_a_sign_that_cannot_be_kept_is_refused_with_a_sentence(sign):
    assert ("name", "service") in problems_of(checked(received(csv_of(line(1, name=f"a{sign}b")))))[2]


def test_swapped_coordinates_are_mended_for_the_whole_file_at_once():
    rows = [line(1, latitude="-84.28", longitude="30.44"), line(2), line(3, longitude="84.2801")]
    camera_import = checked(received(csv_of(*rows)))
    assert mendable(camera_import) == {"swap": 1, "negate": 1}
    camera_import = checked(camera_import, swap=True, negate=True)
    assert progress_of(camera_import).ready == 3
    places = [shown_row(camera_import, row).reading.stated for row in camera_import.rows.order_by("number")]
    assert (places[0]["latitude"], places[0]["longitude"], places[2]["longitude"]) == (30.44, -84.28, -84.2801)


def test_a_place_in_no_zone_is_a_remark_and_may_be_imported():
    ZoneFactory.create()
    camera_import = checked(received(csv_of(line(1), line(2, latitude=30.65))))
    assert ("latitude", "no_zone") in problems_of(camera_import)[3]
    assert ("latitude", "no_zone") not in problems_of(camera_import)[2]
    assert progress_of(camera_import).ready == 2


def test_the_same_camera_twice_in_a_file_is_said_of_the_later_row():
    header = "external_id,name,latitude,longitude,bearing"
    rows = ["a,Door,30.44,-84.28,90", "A,Yard,30.45,-84.28,90", "b,Door,30.44,-84.28,90"]
    found = problems_of(checked(received("\n".join([header, *rows]).encode() + b"\n")))
    assert found[2] == []
    assert ("", "twice_id") in found[3]
    assert ("", "twice_place") in found[4]


def test_doubles_are_found_across_batches(monkeypatch):
    monkeypatch.setattr("apps.imports.services.working.MOST_ROWS", 2)
    rows = [line(number) for number in range(5)]
    found = problems_of(checked(received(csv_of(*rows, rows[0]))))
    assert ("", "twice_place") in found[7]
    assert found[2] == []


def test_a_camera_that_looks_like_one_that_is_registered_is_said():
    user, partner = registrant()
    pending_camera(partner, latitude=30.44, longitude=-84.28, bearing=90.0, name="Gate")
    rows = [
        line(1, latitude=30.44001, longitude=-84.28, bearing=95),
        line(2, latitude=30.44, longitude=-84.28, bearing=270),
    ]
    found = problems_of(checked(received(csv_of(*rows), partner=partner, user=user)))
    assert ("", "like_existing") in found[2]
    assert ("", "like_existing") not in found[3]


def test_a_row_is_mended_on_the_page_or_left_out():
    camera_import = checked(received(csv_of(line(1, latitude="north"), line(2, latitude="south"))))
    user = camera_import.started_by
    place = header_of(camera_import).index("latitude")
    row = services.edit_row(camera_import=camera_import, number=2, cells={place: "30.44"}, user=user)
    assert row.state == "ready"
    row = services.leave_row_out(camera_import=camera_import, number=3, out=True, user=user)
    assert row.state == "left_out"
    assert services.leave_row_out(camera_import=camera_import, number=3, out=False, user=user).state == "wrong"
    with pytest.raises(InvalidInput):
        services.edit_row(camera_import=camera_import, number=2, cells={place: "x" * 5000}, user=user)


def test_columns_are_remembered_for_files_of_the_same_program():
    user, partner = registrant()
    content = b"What,Lat,Lng,Where to\nDoor,30.44,-84.28,N\n"
    first = received(content, partner=partner, user=user)
    mapping = first.mapping | {"name": 0, "bearing": 3}
    services.set_columns(
        camera_import=first, mapping=mapping, choices={"range_unit": "m"}, user=user, actor=actor_for(user)
    )
    second = received(content, partner=partner, user=user)
    assert second.mapping == mapping
    assert second.choices["range_unit"] == "m"
    assert "remembered" in second.notices
    assert received(content).mapping != mapping
    assert ColumnMemory.objects.count() == 1


def test_columns_without_a_place_are_refused():
    camera_import = received(b"name,color\nDoor,red\n")
    with pytest.raises(InvalidInput):
        checked(camera_import)


def test_columns_that_say_nothing_are_known_by_their_content():
    camera_import = received(b"Door,30.4401,-84.2801\nYard,30.4402,-84.2802\n")
    assert camera_import.mapping == {"latitude": 1, "longitude": 2}


def test_the_owners_of_a_registry_are_looked_at():
    StaffFactory.create(email="officer@police.example.org")
    header = "name,latitude,longitude,bearing,owner_email"
    rows = ["A,30.44,-84.28,N,ada@example.org", "B,30.45,-84.28,N,", "C,30.46,-84.28,N,not an address",
            "D,30.47,-84.28,N,Officer@police.example.org"]  # fmt: skip
    found = problems_of(checked(for_agency("\n".join([header, *rows]).encode() + b"\n", AgencyFactory.create())))
    assert found[2] == []
    assert found[3] == [("owner_email", "no_owner")]
    assert found[4] == [("owner_email", "bad_email")]
    assert ("owner_email", "owner_is_staff") in found[5]


def test_every_problem_has_its_sentence():
    params = {"sentence": "x", "choices": "x", "name": "x", "kind": "x", "row": 3}
    for code in ("service", "not_a_choice", "no_name", "twice_id", "like_existing", "unchanged", "owner_was_asked"):
        assert Problem("name", code, params=params).sentence
    assert _sentence("swapped")


def test_a_repeated_upload_finds_the_first():
    import io

    user, partner = registrant()
    key = uuid.uuid4()
    both = [
        services.receive_import(
            file=io.BytesIO(csv_of(line(1))), partner=partner, request_key=key, user=user, actor=actor_for(user)
        )
        for _ in range(2)
    ]
    assert both[0].pk == both[1].pk
    assert both[0].rows.count() == 1
