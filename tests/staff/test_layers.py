"""The pages of map layers: who finds them, how a file is compared and put on the map, what another agency reads."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.layers.models import Layer, LayerLoad
from apps.layers.states import LoadState
from tests.factories.access import map_purpose
from tests.factories.agreements import agreement_of
from tests.factories.layers import csv_of, layer_of, places
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:layers_layer_changelist")
MAKE = reverse("admin:layers_layer_make")
FEATURES = reverse("admin:layers_layer_features")


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def at_the_desk(role: str, agency: Agency) -> Client:
    return sign_in(Client(), staff(role, agency))


def page(subject: Layer | LayerLoad, name: str = "change") -> str:
    return reverse(f"admin:layers_layer_{name}", args=[subject.public_id])


def file_of(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("places.csv", content)}


def test_a_manager_makes_a_layer_and_puts_a_file_on_the_map(agency: Agency) -> None:
    client = at_the_desk(Role.PROGRAM_MANAGER, agency)
    said = {"agency": str(agency.public_id), "kind": "traffic", "name": "Crossings", "url": "", "every_minutes": ""}
    answer = client.post(MAKE, said)
    layer = Layer.objects.get()
    assert answer["Location"] == page(layer)
    assert client.post(page(layer, "offer"), file_of(csv_of(places(3))))["Location"] == page(layer)
    shown = client.get(page(layer)).content.decode()
    assert "Waits for your decision" in shown
    assert "T-1 Corner 1" in shown  # as an example of what is new
    assert client.get(FEATURES).json()["layers"][0]["features"] == []
    assert client.post(page(LayerLoad.objects.get(), "apply"))["Location"] == page(layer)
    [drawn] = client.get(FEATURES).json()["layers"]
    assert drawn["features"][0] == [-84.2807, 30.4384, "T-1 Corner 1", "active", 90.0, None]
    assert "Crossings" in client.get(LIST).content.decode()


def test_what_is_left_out_of_a_file_is_counted_with_the_reason(agency: Agency) -> None:
    layer = layer_of(agency)
    client = at_the_desk(Role.PROGRAM_MANAGER, agency)
    client.post(page(layer, "offer"), file_of(csv_of([*places(2), {**places(3)[2], "longitude": 12.5}])))
    assert "1 × Its place is far away from the city." in client.get(page(layer)).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(csv_of(places(1, plate="ABC123")), "license plates"), (b"", "This file is empty."), (b"{", "cannot be read")],
)
def test_a_file_that_is_refused_says_why_on_the_layers_page(agency: Agency, content: bytes, words: str) -> None:
    layer = layer_of(agency, rows=places(2))
    answer = at_the_desk(Role.PROGRAM_MANAGER, agency).post(page(layer, "offer"), file_of(content))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "ABC123" not in answer.content.decode()
    assert layer.features.count() == 2


def test_a_load_is_dropped_and_the_map_stays(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2))
    client = at_the_desk(Role.PROGRAM_MANAGER, agency)
    client.post(page(layer, "offer"), file_of(csv_of(places(9))))
    load = layer.loads.get(state=LoadState.OFFERED)
    assert client.post(page(load, "drop")).status_code == 302
    assert layer.features.count() == 2
    assert client.post(page(load, "apply")).status_code == 409


def test_a_stale_layer_says_since_when_and_why(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2))
    Layer.objects.update(stale_since=timezone.now(), stale_code="html", stale_reason="It answers with a web page.")
    client = at_the_desk(Role.DETECTIVE, agency)
    shown = client.get(page(layer)).content.decode()
    assert "Stale since" in shown
    assert "It answers with a web page." in shown
    assert client.get(FEATURES).json()["layers"][0]["stale"]


def test_another_agency_reads_a_shared_layer_and_neither_its_source_nor_its_loads(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2), url="https://data.example.org/x?key=canary", every_minutes=60)
    other = AgencyFactory.create()
    client = at_the_desk(Role.PROGRAM_MANAGER, other)
    assert client.get(page(layer)).status_code == 404
    agreement_of(agency, other, ("layers", "traffic"))
    shown = client.get(page(layer)).content.decode()
    assert "T-1 Corner 1" in shown
    for hidden in ("canary", "Upload a file", "Close the layer", "Which ones"):
        assert hidden not in shown
    assert layer.name in client.get(LIST).content.decode()
    for verb in ("offer", "source", "check", "close"):
        answer = client.post(page(layer, verb), file_of(csv_of(places(1))) | {"name": "Mine"})
        assert answer.status_code == 403, verb
    assert client.post(page(layer.loads.get(), "apply")).status_code == 404
    assert layer.features.count() == 2


def test_a_colleague_who_keeps_no_layers_sees_no_address_and_no_button(agency: Agency) -> None:
    layer = layer_of(agency, url="https://data.example.org/x?key=canary", every_minutes=60)
    client = at_the_desk(Role.ANALYST, agency)
    shown = client.get(page(layer)).content.decode()
    assert "canary" not in shown
    assert "Ask now" not in shown
    assert client.get(MAKE).status_code == 403


@pytest.mark.parametrize("role", [Role.RECORDS_CUSTODIAN, Role.AUDITOR])
def test_who_does_not_work_with_maps_finds_no_layer(agency: Agency, role: str) -> None:
    layer = layer_of(agency, rows=places(2))
    client = at_the_desk(role, agency)
    assert client.get(page(layer)).status_code == 404
    assert client.get(FEATURES).status_code == 404
    assert layer.name not in client.get(LIST).content.decode()


def test_unchanged_layers_are_an_empty_answer_until_an_agreement_ends(agency: Agency) -> None:
    layer_of(agency, rows=places(2))
    other = AgencyFactory.create()
    agreement = agreement_of(agency, other, ("layers", "traffic"))
    client = at_the_desk(Role.ANALYST, other)
    first = client.get(FEATURES)
    again = client.get(FEATURES, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    type(agreement).objects.update(ends_at=timezone.now())
    over = client.get(FEATURES, headers={"If-None-Match": first["ETag"]})
    assert (over.status_code, over.json()["layers"]) == (200, [])


@pytest.mark.parametrize("number", [1, 200])
def test_any_number_of_features_takes_as_many_queries(
    agency: Agency, number: int, django_assert_max_num_queries
) -> None:
    layer_of(agency, rows=places(number))
    client = at_the_desk(Role.ANALYST, agency)
    client.get(FEATURES)
    with django_assert_max_num_queries(5):
        assert client.get(FEATURES).status_code == 200


@pytest.mark.parametrize(
    ("role", "kind", "asks"), [(Role.ANALYST, "call", True), (Role.RECORDS_CUSTODIAN, "records_duty", False)]
)
def test_the_partner_map_asks_for_layers_only_for_those_who_see_them(
    agency: Agency, role: str, kind: str, asks: bool
) -> None:
    person = staff(role, agency)
    map_purpose(person, agency, kind=kind)
    shown = sign_in(Client(), person).get(reverse("admin:partner_map")).content.decode()
    assert 'id="partner-map"' in shown
    assert (FEATURES in shown) is asks
