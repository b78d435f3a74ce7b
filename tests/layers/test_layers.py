"""Layers: who keeps and sees them, and how a file changes the map only after somebody looked."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.agencies.models import Agency, Role
from apps.agreements.services import end_agreement
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.layers.covering import cameras_covering
from apps.layers.models import Feature, Layer, LayerLoad
from apps.layers.policies import can_view_layer, viewable_layers
from apps.layers.selectors import for_maps, get_layer_for
from apps.layers.services import apply_load, change_layer, check_now, close_layer, drop_load, make_layer, offer_load
from apps.layers.services.loading import get_load_for
from apps.layers.states import LayerKind, LoadState
from apps.ledger.models import Entry
from tests.factories.agreements import agreement_of
from tests.factories.layers import csv_of, layer_of, places
from tests.factories.leaves import said_in
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def offered(layer: Layer, rows: list[dict[str, Any]], **said: Any) -> LayerLoad:
    manager = said.pop("user", None) or staff(Role.PROGRAM_MANAGER, layer.agency)
    return offer_load(user=manager, layer=layer, file=io.BytesIO(csv_of(rows)), **said)


def keys(layer: Layer) -> set[str]:
    return set(layer.features.values_list("key", flat=True))


# -- loads ------------------------------------------------------------------------------------------------------------


def test_a_file_says_what_it_would_change_and_changes_nothing(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(5))
    rows = [*places(5)[1:3], {**places(5)[3], "name": "Moved"}, *places(7)[5:]]
    load = offered(layer, rows)
    assert (load.new, load.changed, load.gone, load.total) == (2, 1, 2, 5)
    assert load.examples["gone"] == ["T-1 Corner 1", "T-5 Corner 5"]
    assert keys(layer) == {"K1", "K2", "K3", "K4", "K5"}


def test_a_person_puts_it_on_the_map_once(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2))
    manager = staff(Role.PROGRAM_MANAGER, agency)
    load = offered(layer, places(4)[1:])
    apply_load(user=manager, load=load)
    assert keys(layer) == {"K2", "K3", "K4"}
    load.refresh_from_db()
    assert (load.state, load.found) == (LoadState.APPLIED, [])
    for verb in (apply_load, drop_load):
        with pytest.raises(WrongState):
            verb(user=manager, load=load)


def test_each_step_is_an_entry_with_counts_and_without_places(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(3), name="Secretcanary")
    entries = Entry.objects.filter(subject_id=str(layer.public_id)).order_by("pk")
    assert [entry.action for entry in entries] == ["layer.made", "layer.load_offered", "layer.loaded"]
    leaves = said_in(entries)
    assert b'"new":3' in leaves
    for private in (b"Corner", b"30.43", b"84.28", b"Secretcanary"):
        assert private not in leaves


def test_what_was_dropped_never_came(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2))
    drop_load(user=staff(Role.PROGRAM_MANAGER, agency), load=offered(layer, places(9)))
    assert keys(layer) == {"K1", "K2"}


def test_a_newer_file_takes_the_place_of_one_that_waits(agency: Agency) -> None:
    layer = layer_of(agency)
    first, second = offered(layer, places(1)), offered(layer, places(2))
    first.refresh_from_db()
    assert (first.state, second.state) == (LoadState.DROPPED, LoadState.OFFERED)


def test_a_load_is_not_applied_to_a_layer_that_changed_meanwhile(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2))
    load = offered(layer, places(3))
    Layer.objects.filter(pk=layer.pk).update(version=9)
    with pytest.raises(Stale):
        apply_load(user=staff(Role.PROGRAM_MANAGER, agency), load=load)
    assert keys(layer) == {"K1", "K2"}


def test_the_same_file_sent_twice_waits_once(agency: Agency) -> None:
    layer, key = layer_of(agency), uuid4()
    first = offered(layer, places(1), request_key=key)
    assert offered(layer, places(1), request_key=key) == first
    with pytest.raises(NotFound):
        offered(layer_of(AgencyFactory.create()), places(1), request_key=key)


def test_a_row_that_cannot_be_read_leaves_its_place_as_it_was(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(3))
    broken = [{**places(1)[0], "latitude": "unknown"}, *places(3)[1:]]
    load = offered(layer, broken)
    assert (load.gone, load.changed, load.skipped) == (0, 0, 1)
    apply_load(user=staff(Role.PROGRAM_MANAGER, agency), load=load)
    assert keys(layer) == {"K1", "K2", "K3"}


def test_the_sources_own_time_is_kept_and_is_no_difference(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(2, updated="2026-11-01T00:00:00Z"))
    load = offered(layer, places(2, updated="2026-11-02T00:00:00Z"))
    assert (load.new, load.changed, load.gone) == (0, 0, 0)
    apply_load(user=staff(Role.PROGRAM_MANAGER, agency), load=load)
    assert {one.updated_at.day for one in layer.features.all()} == {2}


def test_a_file_larger_than_the_limit_is_refused(agency: Agency, settings) -> None:
    settings.LAYER_MAX_BYTES = 10
    with pytest.raises(InvalidInput):
        offered(layer_of(agency), places(1))


# -- keeping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", {"name": " "}),
        ("kind", {"kind": "plates"}),
        ("url", {"url": "http://data.example.org/x.csv", "every_minutes": 60}),
        ("every_minutes", {"url": "https://data.example.org/x.csv"}),
        ("every_minutes", {"url": "https://data.example.org/x.csv", "every_minutes": 1}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(agency: Agency, field: str, said: dict[str, Any]) -> None:
    usual = {"name": "Cameras", "kind": "traffic"}
    with pytest.raises(InvalidInput) as refused:
        make_layer(user=staff(Role.PROGRAM_MANAGER, agency), agency=agency, **(usual | said))
    assert list(refused.value.fields) == [field]


def test_two_layers_of_an_agency_have_two_names(agency: Agency) -> None:
    layer_of(agency, name="Cameras")
    with pytest.raises(InvalidInput):
        layer_of(agency, name="Cameras")
    layer_of(AgencyFactory.create(), name="Cameras")


def test_a_closed_layer_is_gone_with_its_places_and_frees_its_name(agency: Agency) -> None:
    layer = layer_of(agency, rows=places(3), name="Cameras")
    offered(layer, places(4))
    manager = staff(Role.PROGRAM_MANAGER, agency)
    close_layer(user=manager, layer=layer)
    assert not Feature.objects.exists()
    assert not LayerLoad.objects.filter(state=LoadState.OFFERED).exists()
    with pytest.raises(NotFound):
        close_layer(user=manager, layer=layer)
    layer_of(agency, name="Cameras")


def test_an_uploaded_layer_is_never_asked_for(agency: Agency) -> None:
    layer = layer_of(agency)
    with pytest.raises(WrongState):
        check_now(user=staff(Role.PROGRAM_MANAGER, agency), layer=layer)


# -- who may what -----------------------------------------------------------------------------------------------------


SEES = {Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.PROGRAM_MANAGER}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("where", ["own", "shared", "other kind shared", "shared the other way", "stranger"])
def test_who_sees_a_layer_and_who_keeps_it(agency: Agency, role: Role, where: str) -> None:
    layer = layer_of(agency, "traffic", rows=places(2))
    load = offered(layer, places(3))
    other = AgencyFactory.create()
    if where == "shared":
        agreement_of(agency, other, ("layers", "traffic"))
    elif where == "other kind shared":
        agreement_of(agency, other, ("layers", "lpr"), ("calls", ""))
    elif where == "shared the other way":
        agreement_of(other, agency, ("layers", "traffic"))
    person = staff(role, agency if where == "own" else other)
    sees = role in SEES and where in ("own", "shared")
    keeps = role == Role.PROGRAM_MANAGER and where == "own"
    assert can_view_layer(person, layer) is sees
    assert list(viewable_layers(person)) == ([layer] if sees else [])
    assert [len(one["features"]) for one in for_maps(person)["layers"]] == ([2] if sees else [])
    if not sees:
        with pytest.raises(NotFound):
            get_layer_for(person, layer.public_id)
    if keeps:
        return
    refused = NotAllowed if sees else NotFound
    for verb, about in (
        (close_layer, {"layer": layer}),
        (check_now, {"layer": layer}),
        (change_layer, {"layer": layer, "name": "Mine"}),
        (apply_load, {"load": load}),
        (drop_load, {"load": load}),
    ):
        with pytest.raises(refused):
            verb(user=person, **about)
    with pytest.raises(NotAllowed):
        offered(layer, places(9), user=person)
    with pytest.raises(NotFound):
        get_load_for(person, load.public_id)
    assert keys(layer) == {"K1", "K2"}


def test_a_shared_layer_is_gone_the_second_its_agreement_ends(agency: Agency, monkeypatch) -> None:
    layer_of(agency, "traffic", rows=places(2))
    other = AgencyFactory.create()
    agreement = agreement_of(agency, other, ("layers", "traffic"))
    analyst = staff(Role.ANALYST, other)
    assert len(for_maps(analyst)["layers"]) == 1
    for at, seen in ((agreement.ends_at - timedelta(seconds=1), 1), (agreement.ends_at, 0)):
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        assert len(for_maps(analyst)["layers"]) == seen
    monkeypatch.undo()
    end_agreement(user=staff(Role.PROGRAM_MANAGER, agency), agreement=agreement, reason="Over.")
    assert for_maps(analyst)["layers"] == []


def test_what_another_agency_reads_holds_no_address_of_the_source(agency: Agency) -> None:
    layer_of(agency, "traffic", url="https://data.example.org/x.csv?token=canary", every_minutes=60)
    other = AgencyFactory.create()
    agreement_of(agency, other, ("layers", "traffic"))
    assert "canary" not in str(for_maps(staff(Role.ANALYST, other)))


# -- beside a call ----------------------------------------------------------------------------------------------------

CORNER = (30.4400, -84.2800)


def one_at(north: float, **said: Any) -> list[dict[str, Any]]:
    """A camera so many meters north of CORNER."""
    row = {**places(1)[0], "latitude": CORNER[0] + north / 111_195, "longitude": CORNER[1]}
    return [row | said]


@pytest.mark.parametrize(
    ("camera", "sees"),
    [
        (one_at(100, direction="S"), True),
        (one_at(100, direction="SE"), True),
        (one_at(100, direction="N"), False),
        (one_at(100, direction="SE", fov="60"), False),
        (one_at(100, direction=""), True),
        (one_at(2, direction="N"), True),
        (one_at(400, direction="S"), False),
        (one_at(100, direction="S", status="offline"), False),
    ],
)
def test_a_camera_is_named_where_it_looks(agency: Agency, camera: list[dict[str, Any]], sees: bool) -> None:
    layer_of(agency, "traffic", rows=camera)
    found = cameras_covering(staff(Role.ANALYST, agency), [CORNER])[CORNER]
    assert [(one.title, one.agency) for one in found] == ([("T-1 Corner 1", agency.short_name)] if sees else [])


@pytest.mark.parametrize(("kind", "sees"), [(kind, kind in ("safety", "traffic")) for kind in LayerKind.values])
def test_only_cameras_are_named(agency: Agency, kind: str, sees: bool) -> None:
    layer_of(agency, kind, rows=one_at(10, direction="S"))
    assert bool(cameras_covering(staff(Role.ANALYST, agency), [CORNER])[CORNER]) is sees


def test_cameras_of_another_agency_are_named_while_it_shares_them(agency: Agency) -> None:
    layer_of(agency, "safety", rows=one_at(10, direction="S"))
    other = AgencyFactory.create()
    analyst = staff(Role.ANALYST, other)
    assert cameras_covering(analyst, [CORNER])[CORNER] == []
    agreement_of(agency, other, ("layers", "safety"))
    assert [one.agency for one in cameras_covering(analyst, [CORNER])[CORNER]] == [agency.short_name]


def test_cameras_of_many_calls_are_one_query(agency: Agency, django_assert_num_queries) -> None:
    layer_of(agency, "traffic", rows=places(50))
    analyst = staff(Role.ANALYST, agency)
    spots = [(30.4383 + n / 1000, -84.2807) for n in range(100)]
    cameras_covering(analyst, spots)
    with django_assert_num_queries(2):  # the person's roles, and the cameras
        cameras_covering(analyst, spots)
