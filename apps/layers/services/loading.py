"""offer_load, apply_load, drop_load: a file is compared first, and changes the map when a person says so."""

from __future__ import annotations

import hashlib
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotFound, Stale, WrongState
from apps.core.locks import locked
from apps.layers import policies
from apps.layers.differences import Differences, differences, facts_of, load_of, put_on_map
from apps.layers.models import Layer, LayerLoad
from apps.layers.reading import Found, read_features
from apps.layers.services.guard import keeper, locked_layer, subject_of
from apps.layers.states import LoadState
from apps.ledger import services as ledger


def offer_load(*, user: User, layer: Layer, file: BinaryIO, request_key: UUID | None = None) -> LayerLoad:
    """Read a file and keep what it would change, for a person to look at. The map stays as it is.

    One load waits at a time: a newer one takes its place. A repeated key finds the first. Raises InvalidInput for a
    file that cannot be read, with what to do.
    """
    content = file.read(settings.LAYER_MAX_BYTES + 1)
    if len(content) > settings.LAYER_MAX_BYTES:
        sentence = _("This file is larger than %(mb)d MB. Cut it to your city, or make several layers of it.")
        sentence %= {"mb": settings.LAYER_MAX_BYTES // 1_000_000}
        raise InvalidInput(sentence, fields={"file": sentence}, code="too_large")
    keeper(user, layer.agency)
    reading = read_features(content)
    with transaction.atomic():
        layer = locked_layer(user, layer)
        earlier = LayerLoad.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is not None:
            if earlier.layer_id != layer.pk:
                raise NotFound(_("There is no such layer among those of your agencies."))
            return earlier
        _drop_waiting(layer, user)
        changes = differences(layer, reading.found, reading.unclear)
        digest = hashlib.sha256(content).hexdigest()
        asked = {"made_by": user, "request_key": request_key}
        load = load_of(layer, reading, changes, digest, state=LoadState.OFFERED, **asked)
        load.save()
        ledger.record("layer.load_offered", subject_of(layer), keeper(user, layer.agency), **facts_of(load))
        return load


def apply_load(*, user: User, load: LayerLoad) -> LayerLoad:
    """Put a load that waits on the map.

    Raises WrongState for one that somebody decided, Stale if the layer has changed since it was compared: then the
    differences that the person saw are not those that would be made.
    """
    with transaction.atomic():
        layer, load = _locked(user, load)
        if load.based_on != layer.version:
            raise Stale(
                _("The layer has changed since this was compared. Upload the file again to see the differences.")
            )
        put_on_map(layer, _differences_of(layer, load))
        layer.digest, layer.loaded_at = load.digest, timezone.now()
        layer.stale_since, layer.stale_code, layer.stale_reason = None, "", ""
        layer.save(update_fields=["version", "digest", "loaded_at", "stale_since", "stale_code", "stale_reason"])
        _decide(load, LoadState.APPLIED, user)
        ledger.record("layer.loaded", subject_of(layer), keeper(user, layer.agency), **facts_of(load))
        return load


def drop_load(*, user: User, load: LayerLoad) -> LayerLoad:
    """Leave the map as it is. The same answer of an address is not held a second time. Raises WrongState."""
    with transaction.atomic():
        layer, load = _locked(user, load)
        layer.dropped_digest = load.digest
        layer.save(update_fields=["dropped_digest"])
        _decide(load, LoadState.DROPPED, user)
        ledger.record("layer.load_dropped", subject_of(layer), keeper(user, layer.agency), **facts_of(load))
        return load


def get_load_for(user: User, public_id: UUID | str) -> LayerLoad:
    """A load of a layer of the person's own agency. Raises NotFound."""
    load = LayerLoad.objects.select_related("layer__agency").filter(public_id=public_id).first()
    if load is None or load.layer.closed_at or not policies.can_keep_layers(user, load.layer.agency):
        raise NotFound(_("There is no such load of your agency's layers."))
    return load


def _locked(user: User, load: LayerLoad) -> tuple[Layer, LayerLoad]:
    layer = locked_layer(user, load.layer)
    row = locked(LayerLoad.objects).get(pk=load.pk)
    if row.state != LoadState.OFFERED:
        raise WrongState(_("Somebody has decided this already, or a newer load took its place."), code="decided")
    return layer, row


def _differences_of(layer: Layer, load: LayerLoad) -> Differences:
    return differences(layer, [Found(*row) for row in load.found], load.unclear)


def _drop_waiting(layer: Layer, user: User | None) -> None:
    """What waited is over, because something newer came."""
    LayerLoad.objects.filter(layer=layer, state=LoadState.OFFERED).update(
        state=LoadState.DROPPED, found=[], unclear=[], decided_at=timezone.now(), decided_by=user
    )


def _decide(load: LayerLoad, state: str, user: User) -> None:
    load.state, load.decided_at, load.decided_by, load.found, load.unclear = state, timezone.now(), user, [], []
    load.save(update_fields=["state", "decided_at", "decided_by", "found", "unclear"])
