"""Rows become cameras: once each, by the services, with one mail; and back again."""

from __future__ import annotations

import csv
import io
import json

import pytest

from apps.cameras.models import Camera, Site
from apps.cameras.services import approve_camera
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.imports import services
from apps.imports.exporting import csv_lines, export_geojson, export_rows, problem_rows, template_geojson, template_rows
from apps.imports.models import CameraImport, ExternalId
from apps.imports.selectors import progress_of
from apps.imports.services import erase_imports_of
from apps.imports.values import guarded, unguarded
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership
from tests.factories.actors import actor_for
from tests.factories.cameras import pending_camera, reviewer
from tests.factories.imports import checked, csv_of, imported, line, problems_of, received, undone
from tests.factories.leaves import said_in
from tests.factories.people import UserFactory, registrant, staff

pytestmark = pytest.mark.django_db


def bring(*rows: str, partner=None, user=None) -> CameraImport:
    return imported(checked(received(csv_of(*rows), partner=partner, user=user)))


def exported(partner, user) -> bytes:
    return b"".join(csv_lines(export_rows(partner, user)))


def test_each_row_is_a_camera_with_its_entry_and_there_is_one_mail():
    camera_import = bring(*(line(number, site=f"Shop {number % 2}") for number in range(6)))
    assert camera_import.state == "imported"
    assert Camera.objects.count() == 6
    assert Site.objects.count() == 2
    assert Entry.objects.filter(action="camera.registered").count() == 6
    assert Entry.objects.filter(action="site.added").count() == 2
    assert [message.kind for message in Message.objects.all()] == ["import.finished"]
    assert set(camera_import.rows.values_list("cells", flat=True)) == {""}


def test_the_entries_of_an_import_name_no_place_and_no_name():
    bring(line(1, name="Kestrelcanary", latitude=30.438765))
    leaves = said_in(Entry.objects.all())
    assert b"Kestrel" not in leaves
    assert b"30.43" not in leaves


def test_wrong_rows_stay_behind_and_can_follow():
    user, partner = registrant()
    camera_import = bring(line(1), line(2, latitude="north"), partner=partner, user=user)
    assert (progress_of(camera_import).done, progress_of(camera_import).wrong) == (1, 1)
    services.edit_row(camera_import=camera_import, number=3, cells={2: "30.47"}, user=user)
    assert progress_of(imported(camera_import)).done == 2
    assert Camera.objects.count() == 2


def test_what_a_service_refuses_holds_up_nobody_else_and_says_why():
    user, partner = registrant(accepted=False)
    camera_import = bring(line(1), partner=partner, user=user)
    assert Camera.objects.count() == 0
    assert progress_of(camera_import).wrong == 1
    assert "terms" in camera_import.rows.get().reason


def as_ready(camera_import: CameraImport, number: int, **cells: str) -> CameraImport:
    """A row that the dry run took for ready, and that a service refuses."""
    row = camera_import.rows.get(number=number)
    kept = json.loads(row.cells)
    for name, cell in cells.items():
        kept[camera_import.mapping[name]] = cell
    row.cells = json.dumps(kept)
    row.save(update_fields=["cells"])
    return camera_import


def test_a_site_made_for_a_refused_row_is_made_again_for_the_next_one():
    camera_import = checked(received(csv_of(line(1, site="Annex"), line(2, site="Annex"))))
    imported(as_ready(camera_import, 2, retention="99999"))
    assert [row.state for row in camera_import.rows.order_by("number")] == ["refused", "done"]
    assert Camera.objects.get().site == Site.objects.get()


def test_an_address_corrected_by_a_refused_row_is_corrected_by_the_next_one():
    user, partner = registrant()
    first, second = pending_camera(partner), pending_camera(partner, site=Site.objects.get(), latitude=30.44)
    header = "camera_id,address,retention_hours"
    rows = (f"{camera.public_id},7 New Street,{hours}" for camera, hours in ((first, 101), (second, 102)))
    camera_import = checked(received(csv_of(*rows, header=header), partner=partner, user=user))
    imported(as_ready(camera_import, 2, retention="99999"))
    assert [row.state for row in camera_import.rows.order_by("number")] == ["refused", "done"]
    assert Site.objects.get().address == "7 New Street"


def test_an_export_comes_back_without_a_change():
    user, partner = registrant()
    pending_camera(partner, name="=HYPERLINK(1)", notes="-dash\nand more", bearing=12.3456789, range_m=17.123)
    pending_camera(partner, name="'=already", latitude=30.44, field_of_view=360.0, records_sound=True)
    again = bring_file(exported(partner, user), partner, user)
    assert progress_of(again).unchanged == 2
    assert not Entry.objects.filter(action__in=["camera.updated", "site.updated"]).exists()
    again = bring_file("".join(export_geojson(partner, user)).encode(), partner, user)
    assert progress_of(again).unchanged == 2


def bring_file(content: bytes, partner, user) -> CameraImport:
    return imported(checked(received(content, partner=partner, user=user)))


def test_an_export_with_one_cell_changed_changes_one_camera():
    user, partner = registrant()
    first, second = pending_camera(partner), pending_camera(partner, latitude=30.44)
    rows = list(csv.reader(io.StringIO(exported(partner, user).decode("utf-8-sig"))))
    rows[2][rows[0].index("retention_hours")] = "100"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    again = bring_file(text.getvalue().encode(), partner, user)
    assert (progress_of(again).unchanged, progress_of(again).changed) == (1, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.version, second.version, second.retention_hours) == (1, 2, 100)


def test_a_file_with_the_partners_own_numbers_brings_each_camera_once():
    user, partner = registrant()
    content = b"external_id,name,latitude,longitude,bearing\nC1,Door,30.44,-84.28,N\nC2,Yard,30.45,-84.28,S\n"
    bring_file(content, partner, user)
    again = bring_file(content.replace(b"Yard", b"Garden"), partner, user)
    assert (progress_of(again).unchanged, progress_of(again).changed) == (1, 1)
    assert Camera.objects.count() == 2
    assert {camera.name for camera in Camera.objects.all()} == {"Door", "Garden"}


def test_another_partners_camera_cannot_be_named():
    other = pending_camera(registrant()[1])
    user, partner = registrant()
    content = f"camera_id,name,latitude,longitude\n{other.public_id},Mine,30.44,-84.28\nrubbish,B,30.45,-84.28\n"
    camera_import = checked(received(content.encode(), partner=partner, user=user))
    assert ("camera_id", "unknown_camera") in problems_of(camera_import)[2]
    assert ("camera_id", "unknown_camera") in problems_of(camera_import)[3]
    assert not progress_of(camera_import).ready
    with pytest.raises(WrongState):
        imported(camera_import)


def test_undo_withdraws_what_came_and_restores_what_changed():
    user, partner = registrant()
    old = pending_camera(partner, name="Old", retention_hours=100)
    header = "camera_id,name,latitude,longitude,bearing,retention_hours"
    content = f"{header}\n{old.public_id},Old,,,,200\n,New,30.44,-84.28,N,50\n"
    camera_import = bring_file(content.encode(), partner, user)
    old.refresh_from_db()
    assert old.retention_hours == 200
    camera_import = undone(camera_import)
    assert camera_import.state == "undone"
    old.refresh_from_db()
    assert (old.retention_hours, old.state) == (100, "pending")
    assert Camera.objects.get(retention_hours=50).state == "retired"
    assert Entry.objects.filter(action="camera.withdrawn").count() == 1
    assert Entry.objects.filter(action="camera.updated").count() == 2


def test_undo_closes_the_sites_that_it_emptied_and_no_others():
    user, partner = registrant()
    bring(line(1, site="Old shop"), partner=partner, user=user)
    camera_import = bring(line(2, site="Old shop"), line(3, site="New shop"), partner=partner, user=user)
    undone(camera_import)
    assert {site.name: site.closed_at is None for site in Site.objects.all()} == {"Old shop": True, "New shop": False}


def test_an_erased_account_leaves_nothing_of_its_files():
    user, partner = registrant()
    content = b"external_id,name,latitude,longitude,bearing\nC1,Door,30.44,-84.28,N\nC2,Yard,north,-84.28,N\n"
    camera_import = bring_file(content, partner, user)
    for _ in range(2):
        erase_imports_of(partner=partner, actor=actor_for(user))
    assert set(camera_import.rows.values_list("cells", flat=True)) == {""}
    assert ExternalId.objects.get().value == ""


def test_undo_leaves_what_somebody_acted_on_and_says_so():
    user, partner = registrant()
    camera_import = bring(line(1), line(2), partner=partner, user=user)
    manager, purpose = reviewer()
    camera = Camera.objects.order_by("pk")[0]
    approve_camera(camera=camera, version=1, purpose=purpose, user=manager)
    camera_import = undone(camera_import)
    assert [row.state for row in camera_import.rows.order_by("number")] == ["kept", "undone"]
    assert "since" in camera_import.rows.order_by("number")[0].reason
    assert Camera.objects.get(pk=camera.pk).state == "active"


def test_undone_cameras_can_be_imported_again():
    user, partner = registrant()
    content = b"external_id,name,latitude,longitude,bearing\nC1,Door,30.44,-84.28,N\n"
    undone(bring_file(content, partner, user))
    again = bring_file(content, partner, user)
    assert progress_of(again).registered == 1


def test_sound_that_a_file_does_not_speak_of_is_not_known_and_an_answer_can_be_taken_back():
    user, partner = registrant()
    content = b"external_id,name,latitude,longitude,bearing,sound\nC1,Door,30.44,-84.28,N,\n"
    bring_file(content, partner, user)
    assert Camera.objects.get().records_sound is None
    assert progress_of(bring_file(exported(partner, user), partner, user)).unchanged == 1
    for cell, known in ((b"yes", True), (b"", True), (b"not sure", None)):
        bring_file(content.replace(b"N,\n", b"N," + cell + b"\n"), partner, user)
        assert Camera.objects.get().records_sound is known


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|' /C calc'!A0",
        "+1-2",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "'=x",
        "''=x",
        "plain",
        "'quoted",
        "-84.28",
        "a=b",
        " =1+1",
        "\u00a0@SUM(A1)",
        "\n=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff20x",
        "\u200b=1",
        "\ufeff-x",
    ],
)
def test_formulas_are_neutralized_and_come_back(cell):
    shown = guarded(cell)
    assert shown == "-84.28" or shown in ("plain", "a=b", "'quoted") or shown == f"'{cell}"
    assert unguarded(shown) == cell


def test_a_template_imports_as_it_is():
    for language in ("en", "es"):
        user, partner = registrant()
        camera_import = bring_file(b"".join(csv_lines(template_rows(language, owners=False))), partner, user)
        assert progress_of(camera_import).registered == 1, problems_of(camera_import)
        camera = Camera.objects.select_related("place").latest("pk")
        assert (camera.place.bearing, camera.place.range_m, camera.retention_hours) == (45, 20, 240)
        assert (camera.night_view, camera.records_sound, camera.picture_height) == (True, False, 1080)
        user, partner = registrant()
        camera_import = bring_file(template_geojson(language, owners=False).encode(), partner, user)
        assert progress_of(camera_import).registered == 1, problems_of(camera_import)


def test_the_problems_come_as_a_file_that_can_be_mended_and_sent_again():
    camera_import = checked(received(csv_of(line(1, name="=evil", latitude="north"), line(2))))
    text = b"".join(csv_lines(problem_rows(camera_import))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][-2:] == ["Row", "Problems"]
    assert rows[1][1] == "'=evil"
    assert rows[1][-2] == "2"
    assert "number" in rows[1][-1]
    assert len(rows) == 2


def test_only_who_runs_the_account_imports_and_exports():
    _user, partner = registrant()
    responder = UserFactory.create()
    Membership.objects.create(partner=partner, user=responder, role=MemberRole.RESPONDER)
    for person, refusal in (
        (responder, NotAllowed),
        (UserFactory.create(), NotFound),
        (staff("program_manager"), NotFound),
    ):
        with pytest.raises(refusal):
            received(csv_of(line(1)), partner=partner, user=person)
        with pytest.raises(refusal):
            export_rows(partner, person)
        with pytest.raises(refusal):
            export_geojson(partner, person)


def test_geojson_exports_hold_points():
    user, partner = registrant()
    pending_camera(partner)
    found = json.loads("".join(export_geojson(partner, user)))
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [-84.2807, 30.4383]}
