"""The register in the admin."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.agencies.models import Role
from apps.cameras.models import Camera, Conformance
from apps.cameras.selectors import conformance_of
from apps.cameras.states import CameraState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from apps.specifications.states import ConformanceOutcome
from tests.factories.cameras import pending_camera, site
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

REGISTER = "/admin/cameras/camera/"


@pytest.fixture
def one():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    _user, partner = registrant()
    home = site(partner)
    home.address = "12 Secret Lane"
    home.save()
    return pending_camera(partner, site=home, records_sound=True, notes="Behind the oak")


def page_of(one):
    return f"{REGISTER}{one.public_id}/"


def test_the_queue_shows_no_place(one):
    answer = sign_in(Client(), staff(Role.PROGRAM_MANAGER)).get(REGISTER)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert str(one.public_id) in shown
    assert one.site.partner.name in shown
    for secret in ("30.43", "Secret Lane", "oak"):
        assert secret not in shown


def test_the_list_names_the_outcome_by_the_latest_specification(one):
    first = Conformance.objects.select_related("specification").get(camera=one)
    latest = publish_specification(checks=read_checks()[:1], actor=Actor.system("test"))
    other = next(value for value in ConformanceOutcome if value != first.outcome)
    Conformance.objects.update_or_create(
        camera=one, specification=latest, defaults={"outcome": other, "reasons": first.reasons}
    )
    row = sign_in(Client(), staff(Role.PROGRAM_MANAGER)).get(REGISTER).context["cl"].result_list[0]
    assert row.latest_outcome == other == conformance_of(one).outcome


def test_many_rows_of_the_register_cost_no_more_queries_than_one(one, django_assert_num_queries):
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    client.get(REGISTER)
    with CaptureQueriesContext(connection) as for_one:
        client.get(REGISTER)
    for _ in range(3):
        pending_camera(one.site.partner, site=one.site)
    with django_assert_num_queries(len(for_one)):
        client.get(REGISTER)


def test_the_place_opens_after_a_purpose_and_each_opening_is_recorded(one):
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    before = client.get(page_of(one)).content.decode()
    for secret in ("30.43", "Secret Lane", "oak"):
        assert secret not in before
    assert "934.03" in before
    assert client.post(f"{page_of(one)}purpose/", {"reason": "x"}).status_code == 422
    assert client.post(f"{page_of(one)}purpose/", {"reason": "Weekly review"}).status_code == 302
    for _ in range(2):
        answer = client.get(page_of(one))
        assert "no-store" in answer["Cache-Control"]
        for secret in ("30.43", "Secret Lane", "oak"):
            assert secret in answer.content.decode()
    assert Entry.objects.filter(action="camera.place_viewed", subject_id=str(one.public_id)).count() == 2


@pytest.mark.parametrize(
    ("verb", "state"),
    [("approve", CameraState.ACTIVE), ("return", CameraState.RETURNED), ("retire", CameraState.RETIRED)],
)
def test_a_button_decides_once_a_purpose_is_stated(one, verb, state):
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    form = {"version": one.version, "reason": "Because of the tree."}
    assert client.post(f"{page_of(one)}{verb}/", form).status_code == 403
    client.post(f"{page_of(one)}purpose/", {"reason": "Weekly review"})
    assert client.get(f"{page_of(one)}{verb}/").status_code == 405
    if verb != "approve":
        assert client.post(f"{page_of(one)}{verb}/", {"version": one.version}).status_code == 422
    assert client.post(f"{page_of(one)}{verb}/", form).status_code == 302
    one.refresh_from_db()
    assert one.state == state
    assert client.post(f"{page_of(one)}{verb}/", form).status_code == 409


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_other_roles_neither_decide_nor_see_a_place(one, role):
    client = sign_in(Client(), staff(role))
    sees = role == Role.AUDITOR
    assert client.get(REGISTER).status_code == (200 if sees else 403)
    answer = client.get(page_of(one))
    assert answer.status_code == (200 if sees else 404)
    assert "30.43" not in answer.content.decode()
    for verb in ("purpose", "approve", "return", "retire"):
        answer = client.post(f"{page_of(one)}{verb}/", {"version": one.version, "reason": "I want to."})
        assert answer.status_code == (403 if sees else 404)
    assert Camera.objects.get(pk=one.pk).state == CameraState.PENDING


def test_partners_have_no_business_in_the_admin(one):
    user, _partner = registrant()
    assert sign_in(Client(), user).get(REGISTER).status_code in (302, 403, 404)


@pytest.mark.parametrize(
    "address", ["/admin/partners/partner/", "/admin/terms/termsversion/", "/admin/terms/acceptance/"],
)  # fmt: skip
def test_the_program_looks_at_partners_and_terms_and_changes_nothing(one, address):
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    shown = client.get(address)
    assert shown.status_code == 200
    first = next(
        part.split('"')[0] for part in shown.content.decode().split(f'href="{address}')[1:] if len(part) > 40
        and part[8] == "-"
    )  # fmt: skip
    assert client.get(address + first).status_code == 200
    assert client.post(address + first, {"name": "Changed", "state": "in_force"}).status_code in (403, 405)
    for rest in ("add/", f"{first.split('/')[0]}/delete/"):
        assert client.post(address + rest, {"post": "yes"}).status_code in (403, 404)
