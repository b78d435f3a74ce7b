"""What an agency entered about a person, and cameras that were offered by them or to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import Row, Section, Whose, register
from apps.prospects.access import recorded
from apps.prospects.digests import email_key
from apps.prospects.models import CameraOffer, OwnerInvitation
from apps.prospects.offers import names_in
from apps.prospects.states import OPEN_OWNERS, OfferState


def _entered(whose: Whose) -> Iterator[Row]:
    keys = [email_key(address) for address in whose.addresses]
    rows = OwnerInvitation.objects.filter(email_key__in=keys).select_related("agency")
    for row in rows.order_by("pk").iterator(100):
        entered = recorded(row) if row.state in OPEN_OWNERS else []
        yield {
            "agency": row.agency.name,
            "state": str(row.get_state_display()),
            "name": row.name,
            "phone": row.phone,
            "cameras": [f"{one.name}, {one.address}: {one.stated}" for one in entered],
            "entered": row.created_at,
            "invited": row.invited_at,
            "answered": row.answered_at,
        }


register(
    Section(
        key="entered_by_others",
        title=_("What an agency entered about you"),
        rows=_entered,
        labels={
            "agency": _("agency"),
            "state": _("state"),
            "name": _("name"),
            "phone": _("phone"),
            "cameras": _("cameras"),
            "entered": _("entered"),
            "invited": _("invited at"),
            "answered": _("answered at"),
        },
        covers=("prospects.OwnerInvitation", "prospects.PreRegisteredCamera"),
    )
)


def _offers(whose: Whose) -> Iterator[Row]:
    for row in CameraOffer.objects.filter(partner__in=whose.managed).order_by("pk").iterator(100):
        yield _offer(row, _("offered by you"), names_in(row)) | {"email": row.email}
    for row in CameraOffer.objects.filter(taken_by__in=whose.managed).order_by("pk").iterator(100):
        taken = [one.new.name for one in row.cameras.select_related("new").order_by("pk") if one.new]
        yield _offer(row, _("taken over by you"), taken)
    to = CameraOffer.objects.filter(state=OfferState.OPEN).exclude(email="")
    for row in to.order_by("pk").iterator(100):
        if row.email in whose.addresses:
            yield _offer(row, _("offered to you"), names_in(row)) | {"email": row.email}


def _offer(row: CameraOffer, what: Any, names: list[str]) -> dict[str, Any]:
    return {
        "what": str(what),
        "cameras": names,
        "state": str(row.get_state_display()),
        "email": "",
        "made": row.created_at,
        "until": row.expires_at,
        "closed": row.closed_at,
    }


register(
    Section(
        key="cameras_passed_on",
        title=_("Cameras passed on at a move"),
        rows=_offers,
        labels={
            "what": _("what"),
            "cameras": _("cameras"),
            "state": _("state"),
            "email": _("e-mail"),
            "made": _("offered at"),
            "until": _("open until"),
            "closed": _("closed at"),
        },
        covers=("prospects.CameraOffer", "prospects.OfferedCamera"),
    )
)
