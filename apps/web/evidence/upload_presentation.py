"""Sentences and facts for the upload page's script. Sentences go to the browser whole; `{…}` is filled there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.evidence.models import EvidenceItem, Handover
from apps.evidence.services.handovers import sender_of
from apps.footage_requests.models import Invitation


def upload_words() -> dict[str, str]:
    """The sentences in the reader's language, by the names that static/js/upload*.js uses."""
    return {
        "clockHours": str(settings.CLOCK_HOURS),
        "waiting": _("Waiting for the files before it."),
        "starting": _("Starting…"),
        "progress": _("{percent} ({sent} of {total})"),
        "progressWithSpeed": _("{percent} ({sent} of {total}), {speed} per second, about {left} left"),
        "progressOf": _("How much of {name} is sent"),
        "hashing": _("Computing the digest in your browser: {percent}"),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "remove": _("Do not send"),
        "paused": _("Paused. What was sent is kept."),
        "interrupted": _("The line dropped. What was sent is kept, and sending goes on by itself."),
        "checking": _("All sent. Checking…"),
        "done": _("Sent. Every byte has arrived."),
        "digest": _("Digest (SHA-256) computed by your browser: {digest}"),
        "different": _("The digest differs from the one your browser computed. The receipt says what to do."),
        "emptyFile": _("{name} is empty, so there is nothing to send."),
        "twice": _("You have chosen {name} already."),
        "leaveOut": _("Leave out"),
        "cannotShow": _("Your browser cannot show this file. That is common: send it as it is."),
        "filmOf": _("The file {name}, on your device"),
        "isPicture": _("This is a picture, not a video. You can send it all the same."),
        "otherTime": _("Is it the right file? By its time, it does not show what was asked."),
        "sentBefore": _("You already sent this file ({when}). It has arrived. You can leave it out."),
        "covers_all": _("{came}: all of the time asked."),
        "covers_part": _("{came}: part of the time asked ({asked})."),
        "covers_none": _("{came}: not the time asked ({asked})."),
        "covers_unknown": _("Does it show the time asked ({asked})? Enter when it begins."),
        "cut": _("Keep only the time asked"),
        "cutting": _("Cutting… {percent}"),
        "cutName": pgettext("part of a file's name", "cut"),
        "cutOut": _("Cut from {from} to {to} of your file. The pictures are not changed. It will be marked as cut."),
        "sendWhole": _("Send the whole file instead"),
        "cannotCut": _("This file cannot be cut here. Please send it whole."),
        "joined": _("{camera}: {count} files, one recording, {span}."),
        "gap": _("Nothing for {span}."),
        "sendOne": _("Send this file"),
        "sendMany": _("Send {count} files"),
        "totalOne": _("1 file, {size}"),
        "totalMany": _("{count} files, {size}"),
        "spokenChosen": _("One file chosen. Nothing is sent yet."),
        "spokenChosenMany": _("{count} files chosen. Nothing is sent yet."),
        "failed": _("This file could not be sent. Nothing that was sent before is lost. Please try again."),
        "linkClosed": _(
            "Your link is no longer open in this browser. Open it again from your message and "
            "choose the same file. The upload continues where it stopped."
        ),
        "goesOn": _("{name} goes on where it stopped."),
        "spokenProgress": _("{name}: {percent} sent"),
        "spokenPaused": _("{name} is paused."),
        "spokenDone": _("{name} is sent."),
        "spokenFailed": _("{name} could not be sent: {reason}"),
        "spokenRemoved": _("{name} will not be sent."),
    }


def upload_configuration(invitation: Invitation) -> dict[str, Any]:
    """What the script has to know: where to, the time asked by the clock on the wall there, and what came before."""
    asked = invitation.request
    came = EvidenceItem.objects.filter(submission__invitation=invitation)
    window = (asked.window_start, asked.window_end)
    return _configuration("invitation", invitation.public_id, window, ZoneInfo(asked.time_zone), came)


def scene_configuration(handover: Handover) -> dict[str, Any]:
    """The same for an officer at the scene."""
    came = EvidenceItem.objects.filter(upload__scope=sender_of(handover).scope)
    window = (handover.window_start, handover.window_end)
    return _configuration("handover", handover.public_id, window, ZoneInfo(handover.agency.time_zone), came)


def _configuration(
    door: str, subject: UUID, window: tuple[datetime, datetime], zone: ZoneInfo, came: QuerySet[EvidenceItem]
) -> dict[str, Any]:
    return {
        "endpoint": reverse("evidence:files"),
        "door": door,
        "subject": str(subject),
        "asked": {"start": _wall_clock(window[0], zone), "end": _wall_clock(window[1], zone)},
        "already": [
            {
                "digest": item.digest or item.client_digest,
                "when": date_format(item.received_at.astimezone(zone), "DATETIME_FORMAT"),
            }
            for item in came.order_by("received_at")
        ],
    }


def _wall_clock(at: datetime, zone: ZoneInfo) -> str:
    """The reading of a clock on the wall, as if it were UTC: the script compares it with what recorders show."""
    return at.astimezone(zone).replace(tzinfo=UTC).isoformat()
