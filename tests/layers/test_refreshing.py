"""Layers that are pulled: a source that changes, vanishes, answers nonsense, or loses most of its places."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.core import claims
from apps.layers.models import Layer
from apps.layers.services import (
    apply_load,
    change_layer,
    check_now,
    close_layer,
    drop_load,
    due_layers,
    offer_load,
    refresh_layer,
)
from apps.layers.states import LoadState
from apps.ledger.models import Entry
from tests.factories.layers import Source, csv_of, geojson_of, layer_of, places, source
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Source]:
    with source(tmp_path) as running:
        yield running


@pytest.fixture
def layer(agency: Agency, server: Source) -> Layer:
    """A layer that has asked its address once, and got ten places."""
    server.serves(csv_of(places(10)))
    layer = layer_of(agency, url=server.url, every_minutes=15)
    assert refresh(layer, server) == "loaded"
    return layer


def refresh(layer: Layer, server: Source) -> str:
    outcome = refresh_layer(layer.pk, reach=server.reach())
    layer.refresh_from_db()
    return outcome


def actions(layer: Layer) -> list[str]:
    return list(Entry.objects.filter(subject_id=str(layer.public_id)).order_by("pk").values_list("action", flat=True))


def test_what_the_address_answers_is_on_the_map_with_its_differences(layer: Layer, server: Source) -> None:
    server.serves(geojson_of([*places(9), {**places(12)[11]}]), "application/geo+json")
    assert refresh(layer, server) == "loaded"
    load = layer.loads.order_by("-pk")[0]
    assert (load.new, load.changed, load.gone, load.made_by) == (1, 0, 1, None)
    assert layer.features.count() == 10
    assert actions(layer) == ["layer.made", "layer.refreshed", "layer.refreshed"]


def test_an_answer_without_differences_writes_nothing(layer: Layer, server: Source) -> None:
    before = actions(layer)
    assert refresh(layer, server) == "same"
    assert (actions(layer), layer.loads.count(), layer.stale_since) == (before, 1, None)


def test_it_is_asked_again_when_its_time_comes_and_not_before(layer: Layer) -> None:
    assert due_layers() == []
    assert timedelta(minutes=14) < layer.next_check_at - timezone.now() <= timedelta(minutes=15)
    Layer.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    assert due_layers() == [layer.pk]


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda server: server.serves(b"gone", status=404), "status"),
        (lambda server: server.serves(b"<html>Sign in", "text/html"), "html"),
        (lambda server: server.serves(b"id,latitude,longitude\n"), "no_rows"),
        (lambda server: server.serves(b'{"type": "FeatureCollection", "features": []}', "application/json"), "no_rows"),
        (lambda server: server.serves(csv_of(places(3, latitude=95))), "no_place"),
        (lambda server: server.serves(csv_of(places(3, plate="ABC123"))), "plates"),
        (lambda server: server.drips(), "slow"),
        (lambda server: server.never_ends(), "too_large"),
    ],
)
def test_a_broken_source_makes_the_layer_stale_and_never_empties_it(
    layer: Layer, server: Source, settings: Any, break_it: Any, code: str
) -> None:
    settings.LAYER_FETCH_SECONDS, settings.LAYER_MAX_BYTES = 1, 1_000_000
    break_it(server)
    assert refresh(layer, server) == "stale"
    assert (layer.stale_code, layer.features.count()) == (code, 10)
    assert layer.stale_reason
    since = layer.stale_since
    assert refresh(layer, server) == "stale"
    assert layer.stale_since == since
    assert actions(layer)[2:] == ["layer.stale"]  # said once


def test_a_source_that_comes_back_makes_the_layer_fresh(layer: Layer, server: Source) -> None:
    server.serves(b"", status=500)
    refresh(layer, server)
    server.serves(csv_of(places(10)))
    assert refresh(layer, server) == "same"
    assert (layer.stale_since, layer.stale_reason) == (None, "")
    assert actions(layer)[-1] == "layer.fresh_again"


def test_a_source_inside_of_the_network_is_refused_in_words(layer: Layer) -> None:
    assert refresh_layer(layer.pk) == "stale"  # the name does not resolve here, as far as the real portal knows
    layer.refresh_from_db()
    assert layer.stale_code in ("unknown_host", "inside")
    Layer.objects.update(url="https://169.254.169.254/latest/")
    assert refresh_layer(layer.pk) == "stale"
    layer.refresh_from_db()
    assert layer.stale_code == "inside"


def test_more_than_half_gone_at_once_waits_for_a_person(layer: Layer, server: Source) -> None:
    server.serves(csv_of(places(4)))
    assert refresh(layer, server) == "held"
    assert layer.features.count() == 10
    load = layer.loads.get(state=LoadState.OFFERED)
    assert load.gone == 6
    assert refresh(layer, server) == "held"
    assert layer.loads.filter(state=LoadState.OFFERED).get() == load
    assert actions(layer)[2:] == ["layer.held"]
    apply_load(user=staff(Role.PROGRAM_MANAGER, layer.agency), load=load)
    assert layer.features.count() == 4
    assert refresh(layer, server) == "same"


def test_what_a_person_dropped_is_not_held_again_until_it_changes(layer: Layer, server: Source) -> None:
    server.serves(csv_of(places(4)))
    refresh(layer, server)
    drop_load(user=staff(Role.PROGRAM_MANAGER, layer.agency), load=layer.loads.get(state=LoadState.OFFERED))
    assert refresh(layer, server) == "held"
    assert not layer.loads.filter(state=LoadState.OFFERED).exists()
    server.serves(csv_of(places(3)))
    assert refresh(layer, server) == "held"
    assert layer.loads.filter(state=LoadState.OFFERED).exists()


def test_a_file_that_a_colleague_uploaded_is_not_dropped_for_what_is_held(layer: Layer, server: Source) -> None:
    manager = staff(Role.PROGRAM_MANAGER, layer.agency)
    mine = offer_load(user=manager, layer=layer, file=io.BytesIO(csv_of(places(8))))
    server.serves(csv_of(places(4)))
    assert refresh(layer, server) == "held"
    assert layer.loads.get(state=LoadState.OFFERED) == mine
    apply_load(user=manager, load=mine)
    assert layer.features.count() == 8


def test_what_was_held_is_dropped_once_the_source_has_everything_again(layer: Layer, server: Source) -> None:
    server.serves(csv_of(places(4)))
    refresh(layer, server)
    server.serves(csv_of(places(11)))
    assert refresh(layer, server) == "loaded"
    assert not layer.loads.filter(state=LoadState.OFFERED).exists()
    assert (layer.features.count(), layer.stale_since) == (11, None)


def test_a_second_worker_leaves_alone_what_another_one_asks(layer: Layer, server: Source) -> None:
    server.serves(csv_of(places(12)))
    assert claims.claim(Layer, layer.pk, lease=timedelta(minutes=5), where=Q()) is not None
    assert refresh_layer(layer.pk, reach=server.reach()) == ""
    assert layer.features.count() == 10


def test_an_answer_for_a_former_address_changes_nothing(layer: Layer, server: Source) -> None:
    server.serves(csv_of(places(12)))
    manager = staff(Role.PROGRAM_MANAGER, layer.agency)
    real = server.reach()

    def resolve(host: str, port: int) -> list[str]:
        change_layer(user=manager, layer=layer, name="Files now")
        return real.resolve(host, port)

    reach = type(real)(allows=real.allows, resolve=resolve, trust=real.trust)
    assert refresh_layer(layer.pk, reach=reach) == ""
    assert layer.features.count() == 10


def test_an_answer_that_kills_the_worker_three_times_is_left_alone_until_somebody_asks(
    layer: Layer, server: Source
) -> None:
    Layer.objects.update(attempts=claims.MAX_ATTEMPTS, next_check_at=timezone.now())
    assert refresh(layer, server) == "stale"
    assert (layer.stale_code, due_layers()) == ("failed", [])
    check_now(user=staff(Role.PROGRAM_MANAGER, layer.agency), layer=layer)
    assert due_layers() == [layer.pk]
    assert refresh(layer, server) == "same"


def test_a_closed_layer_is_not_asked_for(layer: Layer, server: Source) -> None:
    close_layer(user=staff(Role.PROGRAM_MANAGER, layer.agency), layer=layer)
    asked = len(server.asked)
    assert refresh(layer, server) == ""
    assert len(server.asked) == asked


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01"])
def test_a_time_outside_of_the_calendar_is_none_and_the_place_stays(layer: Layer, server: Source, instant: str) -> None:
    server.serves(csv_of([{**place, "updated": instant} for place in places(11)]))
    assert refresh(layer, server) == "loaded"
    assert layer.features.count() == 11
    assert not layer.features.filter(updated_at__isnull=False).exists()
    manager = staff(Role.PROGRAM_MANAGER, layer.agency)
    file = io.BytesIO(csv_of([{**place, "updated": instant} for place in places(12)]))
    apply_load(user=manager, load=offer_load(user=manager, layer=layer, file=file))
    assert layer.features.count() == 12
