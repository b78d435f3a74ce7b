"""Zones with few cameras, and by residents: what is withheld, what a file may hold, who writes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger.models import Entry
from apps.program.days import day_of
from apps.program.gaps import Lens, gaps
from apps.program.models import Snapshot, ZonePopulation, scope_of
from apps.program.selectors import view_for
from apps.program.services import set_residents
from apps.staff.program.gap_pages import read_lines
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE, WRITE = reverse("admin:program_gaps"), reverse("admin:program_residents")


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def zone(agency, code, cameras):
    made = ZoneFactory.create(agency=agency, code=code)
    Snapshot.objects.create(
        day=day_of(agency, timezone.now()),
        measure="cameras",
        scope=scope_of(zone=made),
        agency=agency,
        zone=made,
        value=cameras,
        base=cameras,
        taken_at=timezone.now(),
    )
    return made


def test_zones_are_low_by_their_number_or_by_their_rate_and_few_are_withheld(agency, manager):
    for code, cameras in (("A", 3), ("B", 40), ("C", 200), ("D", 0)):
        zone(agency, code, cameras)
    set_residents(agency=agency, residents={"A": 100, "B": 20_000, "C": 10_000}, source="Census 2020", user=manager)
    found = {gap.zone.code: gap for gap in gaps(view_for(manager), Lens.RESIDENTS)}
    assert [gap.zone.code for gap in gaps(view_for(manager), Lens.RESIDENTS)] == ["A", "D", "B", "C"]
    assert (found["A"].cameras, found["A"].rate, found["A"].withheld, found["A"].shade) == (None, None, True, 0)
    assert (found["B"].rate, found["B"].is_low) == (2, True)
    assert (found["C"].rate, found["C"].is_low, found["C"].shade) == (20, False, 5)
    assert (found["D"].cameras, found["D"].rate, found["D"].is_low) == (0, None, True)


def test_a_manager_enters_residents_and_the_ledger_says_what_they_were_before(agency, manager):
    zone(agency, "A", 9)
    client = sign_in(Client(), manager)
    form = {"agency": str(agency.public_id), "source": "Census", "residents": "A,1200"}
    assert client.post(WRITE, form).status_code == 302
    assert client.post(WRITE, form).status_code == 302
    assert client.post(WRITE, form | {"residents": "A,1300"}).status_code == 302
    assert ZonePopulation.objects.get().residents == 1300
    facts = [entry.facts for entry in Entry.objects.filter(action="program.residents_set").order_by("pk")]
    assert [(one["before"], one["residents"]) for one in facts] == [({}, {"A": 1200}), ({"A": 1200}, {"A": 1300})]
    page = client.get(PAGE, {"lens": "residents"}).content.decode()
    assert "1,300" in page
    assert "6.9" in page


def test_a_file_takes_the_place_of_what_is_typed(agency, manager):
    zone(agency, "Ñ1", 9)
    sent = SimpleUploadedFile("zones.csv", "zone,residents\nÑ1,700\n".encode("latin-1"))
    form = {"agency": str(agency.public_id), "source": "Census", "residents": "", "file": sent}
    assert sign_in(Client(), manager).post(WRITE, form).status_code == 302
    assert ZonePopulation.objects.get().residents == 700


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give at least one zone"),
        ("A", "Line 1"),
        ("A,12\nA,13", "Line 2: this zone stands there twice"),
        ("A,-5", "Line 1"),
        ("A,1e9", "Line 1"),
        ("A,٣", "Line 1"),
        ("A,9999999999", "Line 1"),
        ("A,1,2", "Line 1"),
        ("Z9,5", "no zone Z9"),
        ("=cmd,5", "no zone =cmd"),
    ],
)
def test_a_list_that_does_not_hold_is_refused_with_its_line_and_stays(agency, manager, typed, said):
    zone(agency, "A", 9)
    form = {"agency": str(agency.public_id), "source": "Census", "residents": typed}
    answer = sign_in(Client(), manager).post(WRITE, form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ZonePopulation.objects.exists()


def test_bytes_that_are_no_list_and_large_files_are_refused(agency, manager):
    client = sign_in(Client(), manager)
    for content in (b"\x00\xff" * 50, b"A,1\n" * 60_000, b'"' + b"x" * 150_000):
        sent = SimpleUploadedFile("zones.csv", content)
        form = {"agency": str(agency.public_id), "source": "Census", "file": sent}
        assert client.post(WRITE, form).status_code == 422


def test_a_header_is_no_zone():
    assert read_lines("code, residents\nN1, 12500\n\n") == {"N1": 12500}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_readers_see_the_map_and_cannot_write(agency, role):
    zone(agency, "A", 9)
    user = staff(role, agency)
    client = sign_in(Client(), user)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "residents-title" not in page.content.decode()
    form = {"agency": str(agency.public_id), "source": "Census", "residents": "A,5"}
    assert client.post(WRITE, form).status_code == 403
    with pytest.raises(NotAllowed):
        set_residents(agency=agency, residents={"A": 5}, source="Census", user=user)


def test_a_manager_writes_for_no_other_agency(agency, manager):
    other = AgencyFactory.create()
    form = {"agency": str(other.public_id), "source": "Census", "residents": "A,5"}
    client = sign_in(Client(), manager)
    assert client.post(WRITE, form).status_code == 404
    assert client.post(WRITE, form | {"agency": ""}).status_code == 403
    with pytest.raises(InvalidInput):
        set_residents(agency=agency, residents={"A": 5}, source="Census", user=manager)
