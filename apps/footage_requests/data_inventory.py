"""What the portal holds about what a person's partners were asked and answered. Never the staff's reason."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.footage_requests.models import Invitation, KindRefusal, Match, Response


def _asked(whose: Whose) -> Iterator[Row]:
    rows = Invitation.objects.filter(partner__in=whose.partners).select_related("request__agency")
    for row in rows.order_by("pk").iterator(200):
        asked = row.request
        yield {
            "code": asked.code,
            "agency": asked.agency.name,
            "about": asked.told_incident,
            "message": asked.told_message,
            "from": asked.window_start,
            "to": asked.window_end,
            "sent": row.sent_at,
            "reminded": row.reminded_at,
            "state": str(row.get_state_display()),
        }


def _matched(whose: Whose) -> Iterator[Row]:
    rows = Match.objects.filter(invitation__partner__in=whose.partners).select_related("camera", "request")
    for row in rows.order_by("pk").iterator(500):
        yield {
            "code": row.request.code,
            "camera": row.camera.name,
            "state": str(row.get_state_display()),
            "answer": str(row.get_answer_display()) if row.answer else "",
            "kept": row.kept_at,
        }


def _answers(whose: Whose) -> Iterator[Row]:
    rows = Response.objects.filter(match__invitation__partner__in=whose.partners)
    for row in rows.select_related("match__request", "match__camera").order_by("pk").iterator(500):
        yield {
            "code": row.match.request.code,
            "camera": row.match.camera.name,
            "answered": row.created_at,
            "answer": str(row.get_answer_display()),
            "reason": str(row.get_unavailable_reason_display()) if row.unavailable_reason else "",
            "note": row.note,
        }


register(
    Section(
        "requests",
        _("What you were asked"),
        _asked,
        {
            "code": _("Request"),
            "agency": _("Agency"),
            "about": _("About"),
            "message": _("Message"),
            "from": _("From"),
            "to": _("To"),
            "sent": _("Sent"),
            "reminded": _("Reminded"),
            "state": _("State"),
        },
        covers=("footage_requests.Invitation",),
    )
)
register(
    Section(
        "matches",
        _("Which cameras were asked about"),
        _matched,
        {"code": _("Request"), "camera": _("Camera"), "state": _("State"), "answer": _("Answer"), "kept": _("Kept")},
        covers=("footage_requests.Match",),
    )
)


def _refusals(whose: Whose) -> Iterator[Row]:
    rows = KindRefusal.objects.filter(partner__in=whose.partners).select_related("agency")
    for row in rows.order_by("pk").iterator(500):
        yield {
            "agency": row.agency.name,
            "about": row.incident,
            "refused": row.created_at,
            "ended": row.ended_at,
        }


register(
    Section(
        "kind_refusals",
        _("Kinds of incident about which you are not asked"),
        _refusals,
        {"agency": _("Agency"), "about": _("About"), "refused": _("Since"), "ended": _("Taken back")},
        covers=("footage_requests.KindRefusal",),
    )
)
register(
    Section(
        "answers",
        _("What you answered"),
        _answers,
        {
            "code": _("Request"),
            "camera": _("Camera"),
            "answered": _("Answered"),
            "answer": _("Answer"),
            "reason": _("Reason"),
            "note": _("Note"),
        },
        covers=("footage_requests.Response",),
    )
)
