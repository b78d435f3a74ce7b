"""refresh_layer: an address is asked without a lock, and what it answers is recorded under one.

A source that vanished, or that answers something else, leaves the map as it is: the layer is stale from then on, with
the reason in words.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core import claims
from apps.core.errors import Busy, InvalidInput
from apps.core.locks import locked
from apps.layers.differences import Differences, differences, facts_of, load_of, put_on_map
from apps.layers.fetching import PUBLIC, Limits, Reach, fetch
from apps.layers.models import Layer, LayerLoad
from apps.layers.reading import Reading, read_features
from apps.layers.services.guard import subject_of
from apps.layers.states import LoadState
from apps.ledger import services as ledger
from apps.ledger.values import Actor

LEASE = timedelta(minutes=5)
_ACTOR = Actor.system("worker")
_OPEN = Q(closed_at__isnull=True, every_minutes__isnull=False)


def due_layers(*, at_most: int = 50) -> list[int]:
    """Keys of layers whose address is to be asked now, the one that waits longest first."""
    now = timezone.now()
    rows = Layer.objects.filter(_OPEN, claims.free(), next_check_at__lte=now)
    return list(rows.order_by("next_check_at", "pk").values_list("pk", flat=True)[:at_most])


def refresh_layer(pk: int, *, reach: Reach = PUBLIC) -> str:
    """Ask the layer's address; says what came of it: same, loaded, held or stale. Empty if it was not to be asked."""
    job = claims.claim(Layer, pk, lease=LEASE, where=_OPEN)
    if job is None:
        return _given_up(pk)
    with translation.override(job.made_by.language or settings.LANGUAGE_CODE):
        try:
            limits = Limits(seconds=settings.LAYER_FETCH_SECONDS, most_bytes=settings.LAYER_MAX_BYTES)
            content = fetch(job.url, limits=limits, reach=reach)
            digest = hashlib.sha256(content).hexdigest()
            reading = read_features(content)
        except InvalidInput as error:
            code, sentence = error.code, str(error.message)
            return _record(job, lambda layer: _stale(layer, code, sentence))
    return _record(job, lambda layer: _arrived(layer, reading, digest))


def _record(job: Layer, write: Any) -> str:
    try:
        with transaction.atomic():
            layer = claims.locked_if_held(job)
            if layer is None or layer.closed_at or layer.url != job.url:
                return ""
            outcome: str = write(layer)
            layer.next_check_at = timezone.now() + timedelta(minutes=layer.every_minutes or 0)
            claims.release(layer, step_done=True)
            layer.save()
            return outcome
    except Busy:
        claims.put_back(job)
        return ""


def _arrived(layer: Layer, reading: Reading, digest: str) -> str:
    now = timezone.now()
    layer.checked_at = now
    changes = differences(layer, reading.found, reading.unclear)
    if changes.is_suspicious:
        return _held(layer, reading, changes, digest)
    was_stale = layer.stale_since is not None
    layer.stale_since, layer.stale_code, layer.stale_reason = None, "", ""
    LayerLoad.objects.filter(layer=layer, state=LoadState.OFFERED, made_by__isnull=True).update(
        state=LoadState.DROPPED, found=[], unclear=[], decided_at=now
    )
    if changes.are_none and not changes.touched:
        if was_stale or layer.loaded_at is None:
            ledger.record("layer.fresh_again", subject_of(layer), _ACTOR, agency=str(layer.agency.public_id))
        layer.digest, layer.loaded_at = digest, layer.loaded_at or now
        return "same"
    load = load_of(layer, reading, changes, digest, state=LoadState.APPLIED, decided_at=now)
    put_on_map(layer, changes)
    layer.digest, layer.loaded_at = digest, now
    if changes.are_none:  # nothing but the source's own times
        return "same"
    load.save()
    ledger.record("layer.refreshed", subject_of(layer), _ACTOR, **facts_of(load))
    return "loaded"


def _held(layer: Layer, reading: Reading, changes: Differences, digest: str) -> str:
    """More than half would leave the map at once: a person looks first, unless one has dropped just this."""
    sentence = _("More than half of its features were gone from the source at once. Somebody has to look at that.")
    first = _mark_stale(layer, "many_gone", sentence)
    waiting = LayerLoad.objects.filter(layer=layer, state=LoadState.OFFERED).first()
    if digest == layer.dropped_digest or (waiting is not None and waiting.digest == digest):
        return "held"
    if waiting is not None and waiting.made_by_id is not None:
        return "held"  # a colleague's file waits: it is decided first, and the address is asked again
    if waiting is not None:
        waiting.state, waiting.found, waiting.unclear, waiting.decided_at = LoadState.DROPPED, [], [], timezone.now()
        waiting.save(update_fields=["state", "found", "unclear", "decided_at"])
    load = load_of(layer, reading, changes, digest, state=LoadState.OFFERED)
    load.save()
    if first or waiting is None:
        ledger.record("layer.held", subject_of(layer), _ACTOR, **facts_of(load))
    return "held"


def _stale(layer: Layer, code: str, sentence: str) -> str:
    if _mark_stale(layer, code, sentence):
        agency = str(layer.agency.public_id)
        ledger.record("layer.stale", subject_of(layer), _ACTOR, agency=agency, code=code)
    return "stale"


def _mark_stale(layer: Layer, code: str, sentence: str) -> bool:
    """Says whether this is news: it was fresh, or stale for another reason."""
    news = layer.stale_code != code
    layer.stale_since = layer.stale_since or timezone.now()
    layer.stale_code, layer.stale_reason = code[:20], sentence[:300]
    return news


def _given_up(pk: int) -> str:
    """An answer that made the worker die three times is not asked for again until a person wants it."""
    with transaction.atomic():
        layer = locked(Layer.objects).filter(_OPEN, pk=pk, attempts__gte=claims.MAX_ATTEMPTS).first()
        if layer is None or (layer.leased_until and layer.leased_until > timezone.now()):
            return ""
        with translation.override(layer.made_by.language or settings.LANGUAGE_CODE):
            sentence = _("Reading the answer failed three times. Look at the source, then press “Ask now”.")
            outcome = _stale(layer, "failed", sentence)
        layer.next_check_at = None
        layer.save()
        return outcome
