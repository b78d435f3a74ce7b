"""make_layer, change_layer, check_now, close_layer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies import features
from apps.agencies.models import Agency
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.once import create_once
from apps.layers import policies
from apps.layers.fetching.addresses import target_of
from apps.layers.models import Feature, Layer, LayerLoad
from apps.layers.services.guard import keeper, locked_layer, subject_of
from apps.layers.states import LayerKind, LoadState
from apps.ledger import services as ledger

NAME_MAX = 80
#: How often an address may be asked, in minutes.
INTERVALS = (15, 60, 360, 1440)


def make_layer(
    *,
    user: User,
    agency: Agency,
    name: str,
    kind: str,
    url: str = "",
    every_minutes: int | None = None,
    request_key: UUID | None = None,
) -> Layer:
    """A layer without features yet: a file is uploaded next, or the portal asks `url` every so many minutes.

    Raises NotAllowed for anybody but a program manager of the agency, InvalidInput. A repeated key finds the first.
    """
    actor = keeper(user, agency)
    features.check_on(agency, features.Feature.LAYERS)
    if kind not in LayerKind.values:
        raise InvalidInput.about("kind", _("Choose what kind of places these are."))
    source = _source(url, every_minutes)
    name = text.line(name, field="name", most=NAME_MAX)
    try:
        with transaction.atomic():
            layer, created = create_once(
                Layer, request_key=request_key, agency=agency, name=name, kind=kind, made_by=user, **source
            )
            if not created:
                if not policies.can_view_layer(user, layer):
                    raise NotFound(_("There is no such layer among those of your agencies."))
                return layer
            ledger.record("layer.made", subject_of(layer), actor, **_facts(layer), private=_private(layer))
            _ring(layer)
            return layer
    except IntegrityError as error:
        raise InvalidInput.about("name", _("Your agency has a layer of this name. Choose another one.")) from error


def change_layer(*, user: User, layer: Layer, name: str, url: str = "", every_minutes: int | None = None) -> Layer:
    """Another name or another source. What is on the map stays until the next load. Raises as `make_layer`."""
    source = _source(url, every_minutes)
    name = text.line(name, field="name", most=NAME_MAX)
    try:
        with transaction.atomic():
            layer = locked_layer(user, layer)
            for field, value in {"name": name, **source}.items():
                setattr(layer, field, value)
            if not layer.is_pulled:
                layer.stale_since, layer.stale_code, layer.stale_reason = None, "", ""
            layer.lease_token, layer.leased_until, layer.attempts = None, None, 0
            layer.save()
            actor = keeper(user, layer.agency)
            ledger.record("layer.changed", subject_of(layer), actor, **_facts(layer), private=_private(layer))
            _ring(layer)
            return layer
    except IntegrityError as error:
        raise InvalidInput.about("name", _("Your agency has a layer of this name. Choose another one.")) from error


def check_now(*, user: User, layer: Layer) -> Layer:
    """Ask the address as soon as a worker is free. Raises WrongState for a layer of uploaded files."""
    with transaction.atomic():
        layer = locked_layer(user, layer)
        if not layer.is_pulled:
            raise WrongState(_("This layer has no address. Upload a file instead."), code="uploaded")
        layer.next_check_at, layer.attempts = timezone.now(), 0
        layer.save(update_fields=["next_check_at", "attempts"])
        ledger.record("layer.check_wanted", subject_of(layer), keeper(user, layer.agency), **_facts(layer))
        _ring(layer)
        return layer


def close_layer(*, user: User, layer: Layer) -> Layer:
    """Take a layer off all maps and delete its features. Closing it twice is refused, because it is no longer seen."""
    with transaction.atomic():
        layer = locked_layer(user, layer)
        features = layer.features.count()
        Feature.objects.filter(layer=layer).delete()
        LayerLoad.objects.filter(layer=layer, state=LoadState.OFFERED).update(
            state=LoadState.DROPPED, found=[], unclear=[], decided_at=timezone.now(), decided_by=user
        )
        layer.closed_at, layer.next_check_at, layer.url, layer.every_minutes = timezone.now(), None, "", None
        layer.save(update_fields=["closed_at", "next_check_at", "url", "every_minutes"])
        actor = keeper(user, layer.agency)
        ledger.record("layer.closed", subject_of(layer), actor, **_facts(layer), features=features)
        return layer


def _source(url: str, every_minutes: int | None) -> dict[str, Any]:
    url = url.strip()
    if not url:
        return {"url": "", "every_minutes": None, "next_check_at": None}
    target_of(url)
    if every_minutes not in INTERVALS:
        raise InvalidInput.about("every_minutes", _("Choose how often the portal asks the address."))
    return {"url": url, "every_minutes": every_minutes, "next_check_at": timezone.now()}


def _ring(layer: Layer) -> None:
    if layer.is_pulled:
        enqueue_after_commit("apps.layers.tasks.refresh", layer.pk)


def _facts(layer: Layer) -> dict[str, Any]:
    facts = {"agency": str(layer.agency.public_id), "kind": layer.kind, "pulled": layer.is_pulled}
    return {**facts, "every_minutes": layer.every_minutes or 0}


def _private(layer: Layer) -> dict[str, Any]:
    return {"name": layer.name, "url": layer.url}
