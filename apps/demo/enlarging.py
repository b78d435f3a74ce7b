"""A city of another size: the demo's cameras, requests and items, many times over, in minutes instead of days.

It is made of copies, and says so: each batch has an entry `demo.enlarged` with its counts, and nothing else claims that
somebody registered or asked. Only an item's seal is entered one by one, because a seal says which bytes there are: the
copy has the bytes of its model, which lie in the store once. So the ledger and every item still prove themselves.
"""

from __future__ import annotations

import copy
import math
import random
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from apps.cameras.models import Camera, CameraPlace
from apps.cameras.places import is_in_bounds, place_fields
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services.working import subject_of
from apps.evidence.vouching import SEALED
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.geo import Sector
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.uploads.models import Upload

BATCH = 1_000
ACTOR, PROGRAM = Actor.system("load_demo"), Subject.of("program", "all")
_AROUND_DEGREES = 0.004  # a few streets from the model, so that a copy stands where cameras stand


def enlarge(*, cameras: int, requests: int, items: int, say: Callable[[str], None] = lambda line: None) -> None:
    """Copy until there are so many of each. Each batch is a transaction; killed anywhere, the next run goes on.

    Of kinds of which the demo has none, there are none to copy.
    """
    chance = random.Random(1)  # noqa: S311 - a made-up city, the same each time
    for kind, model, wanted, make in (
        ("cameras", Camera, cameras, _cameras),
        ("requests", FootageRequest, requests, _requests),
        ("items", EvidenceItem, items, _items),
    ):
        models: list[Any] = _models(kind)
        there = model._default_manager.count()
        while models and there < wanted:
            number = min(BATCH, wanted - there)
            with transaction.atomic():
                make([chance.choice(models) for _one in range(number)], chance)
                ledger.record("demo.enlarged", PROGRAM, ACTOR, kind=kind, copies=number)
            there += number
            say(f"{there} {kind}")


def _models(kind: str) -> list[Any]:
    if kind == "cameras":
        return list(Camera.objects.filter(place__isnull=False, replaces=None).select_related("place")[:BATCH])
    if kind == "requests":
        return list(FootageRequest.objects.filter(state=RequestState.CLOSED)[:BATCH])
    return list(EvidenceItem.objects.filter(sealed_at__isnull=False).select_related("upload")[:100])


def _cameras(models: list[Camera], chance: random.Random) -> None:
    copies = Camera.objects.bulk_create([_copy(one) for one in models])
    places = [
        CameraPlace(camera=made, **place_fields(_nearby(one.place, chance)))
        for one, made in zip(models, copies, strict=True)
    ]
    CameraPlace.objects.bulk_create(places)


def _nearby(place: CameraPlace, chance: random.Random) -> Sector:
    angle, far = chance.random() * math.tau, chance.random() * _AROUND_DEGREES
    latitude, longitude = place.latitude + far * math.sin(angle), place.longitude + far * math.cos(angle)
    if not is_in_bounds(latitude, longitude):
        latitude, longitude = place.latitude, place.longitude
    return Sector(latitude, longitude, chance.random() * 360, place.field_of_view, place.range_m)


def _requests(models: list[FootageRequest], chance: random.Random) -> None:
    FootageRequest.objects.bulk_create([_copy(one, code=f"X{chance.getrandbits(40):010X}") for one in models])


def _items(models: list[EvidenceItem], _chance: random.Random) -> None:
    uploads = Upload.objects.bulk_create([_copy(one.upload) for one in models])
    copies = EvidenceItem.objects.bulk_create(
        [_copy(one, upload=upload) for one, upload in zip(models, uploads, strict=True)]
    )
    distinct = {one.pk: one for one in models}
    seals = Entry.objects.filter(action=SEALED, subject_kind="evidence_item")
    facts = {pk: seals.filter(subject_id=str(one.public_id)).first() for pk, one in distinct.items()}
    shown = {pk: list(Derivative.objects.in_use().filter(item=one)) for pk, one in distinct.items()}
    Derivative.objects.bulk_create(
        [_copy(part, item=made) for one, made in zip(models, copies, strict=True) for part in shown[one.pk]]
    )
    for one, made in zip(models, copies, strict=True):
        sealed = facts[one.pk]
        if sealed is not None:
            ledger.record(SEALED, subject_of(made), ACTOR, **sealed.facts)


def _copy(row: Any, **changes: Any) -> Any:
    """A row like this one that is not in the database yet, with ids of its own."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made._state.fields_cache = {}
    made.pk, made._state.adding, made.public_id = None, True, uuid.uuid4()
    if hasattr(made, "request_key"):
        made.request_key = None
    for name, value in changes.items():
        setattr(made, name, value)
    return made
