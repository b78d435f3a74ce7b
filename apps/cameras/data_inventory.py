"""What the register holds about cameras: for who runs the account alone, because it says where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.cameras.details import Installation
from apps.cameras.models import Camera, CameraCheck, CameraDraft, CameraView, Confirmation, MemberSite, Site
from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.geo.units import to_feet


def _sites(whose: Whose) -> Iterator[Row]:
    for row in Site.objects.filter(partner__in=whose.managed).order_by("pk").iterator(500):
        yield {"id": str(row.public_id), "name": row.name, "address": row.address, "since": row.created_at}


def _cameras(whose: Whose) -> Iterator[Row]:
    rows = Camera.objects.filter(site__partner__in=whose.managed)
    for row in rows.select_related("site", "place", "catalog_entry", "replaces").order_by("pk").iterator(500):
        place = getattr(row, "place", None)
        installation = {name: getattr(row, name) for name in Installation.__dataclass_fields__}
        installation["catalog_entry"] = str(row.catalog_entry) if row.catalog_entry else ""
        yield {
            "id": str(row.public_id),
            "name": row.name,
            "site": row.site.name,
            "state": str(row.get_state_display()),
            "reason_of_return": row.return_reason,
            "latitude": place.latitude if place else None,
            "longitude": place.longitude if place else None,
            "bearing": place.bearing if place else None,
            "field_of_view": place.field_of_view if place else None,
            "range_ft": to_feet(place.range_m) if place else None,
            "keeps_video_hours": row.retention_hours,
            "notes": row.notes,
            "registered": row.created_at,
            "confirmed": row.confirmed_at,
            "asked_from": row.asked_from,
            "reported": str(row.get_reported_display()) if row.reported else "",
            "replaces": str(row.replaces.public_id) if row.replaces else "",
            **installation,
        }


def _views(whose: Whose) -> Iterator[Row]:
    rows = CameraView.objects.filter(camera__site__partner__in=whose.managed).select_related("camera")
    for row in rows.order_by("pk").iterator(20):
        yield {"camera": row.camera.name, "picture": bytes(row.picture)}


def _checks(whose: Whose) -> Iterator[Row]:
    rows = CameraCheck.objects.filter(camera__site__partner__in=whose.managed).select_related(
        "camera", "same_recorder__camera"
    )
    for row in rows.order_by("pk").iterator(20):
        yield {
            "camera": row.camera.name,
            "at": row.created_at,
            "hangs": str(row.get_hangs_display()) if row.hangs else "",
            "exports": str(row.get_exports_display()) if row.exports else "",
            "same_recorder_as": row.same_recorder.camera.name if row.same_recorder else "",
            "plays": str(row.get_plays_display()) if row.plays else "",
            "recorder": row.recorder_time,
            "ours": row.portal_time,
            "offset": row.offset_s,
            "source": str(row.get_source_display()) if row.source else "",
            "picture": bytes(row.picture) if row.picture else None,
        }


def _drafts(whose: Whose) -> Iterator[Row]:
    for row in CameraDraft.objects.filter(user_id=whose.user_id).order_by("pk").iterator(100):
        typed = [f"{name}: {value}" for name, value in json.loads(row.payload).items() if value]
        yield {"saved": row.saved_at, "typed": typed}


def _confirmations(whose: Whose) -> Iterator[Row]:
    for row in Confirmation.objects.filter(partner__in=whose.managed).order_by("pk"):
        yield {
            "asked": row.created_at,
            "letters": row.letters,
            "ended": row.ended_at,
            "outcome": str(row.get_outcome_display()) if row.outcome else "",
        }


def _member_sites(whose: Whose) -> Iterator[Row]:
    rows = MemberSite.objects.filter(membership__user_id=whose.user_id, membership__ended_at__isnull=True)
    for row in rows.select_related("site").order_by("pk"):
        yield {"site": row.site.name}


register(
    Section(
        "member_sites",
        _("Sites for which alone you answer"),
        _member_sites,
        {"site": _("Name")},
        covers=("cameras.MemberSite",),
    )
)
register(
    Section(
        "sites",
        _("Places of your cameras"),
        _sites,
        {"id": _("Number"), "name": _("Name"), "address": _("Street address"), "since": _("Since")},
        covers=("cameras.Site",),
    )
)
register(
    Section(
        "cameras",
        _("Your cameras"),
        _cameras,
        {
            "id": _("Number"),
            "name": _("Name"),
            "site": _("At"),
            "state": _("State"),
            "reason_of_return": _("Reason of return"),
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
            "bearing": _("Looks toward, in degrees"),
            "field_of_view": _("Width of its view, in degrees"),
            "range_ft": _("How far it sees, in feet"),
            "keeps_video_hours": _("Keeps video for, in hours"),
            "records_sound": _("Records sound"),
            "notes": _("Notes"),
            "registered": _("Registered"),
            "confirmed": _("Confirmed"),
            "asked_from": _("Asked only for video from after"),
            "reported": _("You said"),
            "replaces": _("In place of camera"),
            "catalog_entry": _("Make and model"),
            "recording": _("Records"),
            "picture_height": _("Height of the picture, in pixels"),
            "frame_rate": _("Pictures a second"),
            "clock": _("Clock"),
            "night_view": _("Sees at night"),
            "sign_posted": _("A sign is posted"),
            "keeps_off_private": _("Keeps off private places"),
            "premises": _("Premises"),
            "funding": _("Funding"),
        },
        covers=("cameras.Camera", "cameras.CameraPlace"),
    )
)
register(
    Section(
        "views",
        _("Photos of what they see"),
        _views,
        {"camera": _("Camera"), "picture": _("Photo")},
        covers=("cameras.CameraView",),
        most_on_page=24,
    )
)
register(
    Section(
        "camera_checks",
        _("Checks of your cameras"),
        _checks,
        {
            "camera": _("Camera"),
            "at": _("When"),
            "hangs": _("Hangs there"),
            "exports": _("Can export"),
            "same_recorder_as": _("Made for all cameras of this recorder, at"),
            "plays": _("A test clip plays here"),
            "recorder": _("The recorder showed"),
            "ours": _("Our time code showed"),
            "offset": _("Recorder is ahead by, in seconds"),
            "source": _("Known by"),
            "picture": _("Photo"),
        },
        covers=("cameras.CameraCheck",),
        most_on_page=24,
    )
)
register(
    Section(
        "camera_drafts",
        _("Drafts that you did not send"),
        _drafts,
        {"saved": _("Saved"), "typed": _("What you typed")},
        covers=("cameras.CameraDraft",),
    )
)
register(
    Section(
        "confirmations",
        _("Yearly confirmations"),
        _confirmations,
        {"asked": _("Asked"), "letters": _("Letters"), "ended": _("Ended"), "outcome": _("Outcome")},
        covers=("cameras.Confirmation",),
    )
)
