"""Erasing what a partner registered: places, names, addresses, notes, photos. That cameras were there stays."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.cameras.models import Camera, CameraCheck, CameraDraft, CameraPlace, CameraView, Site, SiteWord
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.locks import locked
from apps.core.name_words import keep_words
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners.models import Partner

BATCH = 100
REASON = "account_erased"


def erase_cameras(*, partner: Partner, actor: Actor) -> int:
    """Erase the partner's cameras and sites; returns how many cameras this did.

    In batches, each a transaction with its entries: killed in the middle, the next call goes on; done twice is done
    once. What matched and was given stays with the rows, which say nothing personal any more.
    """
    CameraDraft.objects.filter(partner=partner).delete()
    erased = 0
    while batch := _erase_batch(partner, actor):
        erased += batch
    for site in Site.objects.filter(partner=partner).exclude(name="", address=""):
        with transaction.atomic():
            _erase_entries("site", [str(site.public_id)], actor)
            site.name = site.address = ""
            site.save(update_fields=["name", "address"])
            keep_words(SiteWord, site, "")
            ledger.record("site.erased", Subject.of("site", site.public_id), actor)
    return erased


def erase_drafts_of(*, user: User) -> int:
    """Erase what the person typed into camera forms and never sent."""
    count, _rows = CameraDraft.objects.filter(user=user).delete()
    return count


def _erase_batch(partner: Partner, actor: Actor) -> int:
    with transaction.atomic():
        locked(Partner.objects).get(pk=partner.pk)
        # The place goes with its camera in one transaction: a camera that still has one is not erased yet.
        rows = Camera.objects.filter(site__partner=partner, place__isnull=False)
        cameras = list(locked(rows)[:BATCH])
        keys = [camera.pk for camera in cameras]
        CameraView.objects.filter(camera__in=keys).delete()
        CameraPlace.objects.filter(camera__in=keys).delete()
        CameraCheck.objects.filter(camera__in=keys).update(picture=None)
        _erase_entries("camera", [str(camera.public_id) for camera in cameras], actor)
        for camera in cameras:
            if camera.state != CameraState.RETIRED:
                CAMERA_TRANSITIONS.check(camera.state, CameraState.RETIRED)
                camera.state = CameraState.RETIRED
            camera.name = camera.notes = camera.return_reason = ""
            camera.zone = None
            camera.version += 1
            camera.save(update_fields=["state", "name", "notes", "return_reason", "zone", "version"])
            ledger.record("camera.erased", Subject.of("camera", camera.public_id), actor)
        return len(cameras)


def _erase_entries(kind: str, public_ids: list[str], actor: Actor) -> None:
    entries = Entry.objects.filter(subject_kind=kind, subject_id__in=public_ids)
    ledger.erase_private_parts(entries=entries, reason=REASON, actor=actor)
