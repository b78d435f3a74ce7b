"""What happened to a camera, for its owner: dates and words. Values (places, names, notes) are not repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.cameras.models import Camera
from apps.cameras.recorder_clock import offset_in_words
from apps.cameras.states import Change, Said
from apps.evidence.presentation import actor_in_words
from apps.ledger.models import Entry
from apps.privacy.place_access import place_accesses

ACTS: dict[str, Any] = {
    "camera.registered": gettext_lazy("You registered it."),
    "camera.approved": gettext_lazy("Staff looked at it. It takes part."),
    "camera.returned": gettext_lazy("Staff asked you to correct something."),
    "camera.retired": gettext_lazy("Staff took it out of the program."),
    "camera.withdrawn": gettext_lazy("It was withdrawn."),
    "camera.passed_on": gettext_lazy("It was passed on to who moved in."),
    "camera.replaced": gettext_lazy("Another camera took its place."),
    "camera.lapsed": gettext_lazy("It lapsed, because nobody confirmed it."),
    "camera.checked": gettext_lazy("You checked it."),
    "camera.test_clip_received": gettext_lazy("You sent a test clip."),
    "camera.test_clip_not_checked": gettext_lazy("Your test clip could not be looked at, and was deleted."),
    "partner.cameras_confirmed": gettext_lazy("It was confirmed: all as it was."),
}

# What a change of each stated fact is called. Several facts of the sector are one thing to its owner.
_FACTS: dict[str, Any] = {
    "name": gettext_lazy("its name"),
    "notes": gettext_lazy("the notes"),
    "latitude": gettext_lazy("its place"),
    "longitude": gettext_lazy("its place"),
    "bearing": gettext_lazy("where it looks"),
    "field_of_view": gettext_lazy("how wide it sees"),
    "range_m": gettext_lazy("how far it sees"),
    "retention_hours": gettext_lazy("how long video is kept"),
    "records_sound": gettext_lazy("whether it records sound"),
    "catalog_entry": gettext_lazy("the make and model"),
    "recording": gettext_lazy("when it records"),
    "picture_height": gettext_lazy("the size of the picture"),
    "frame_rate": gettext_lazy("the pictures a second"),
    "clock": gettext_lazy("how its clock is set"),
    "night_view": gettext_lazy("whether it sees at night"),
    "sign_posted": gettext_lazy("whether a sign is posted"),
    "keeps_off_private": gettext_lazy("whether it keeps off private places"),
    "premises": gettext_lazy("whose building it hangs on"),
    "funding": gettext_lazy("who paid for it"),
}
_ROUNDED = {"range_m": 0.5, "bearing": 0.5, "field_of_view": 0.5, "latitude": 1e-6, "longitude": 1e-6}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act: when (UTC), what, and by whom in general words."""

    at: datetime
    act: str
    who: str


def history_of(camera: Camera) -> list[HistoryLine]:
    """The camera's acts, the newest first. `camera` has its site and partner at hand."""
    # Accesses are found by what they opened, below.
    acts = Q(subject_kind="camera", subject_id=str(camera.public_id)) & ~Q(action="camera.place_viewed")
    confirmed = Q(
        subject_kind="partner", subject_id=str(camera.site.partner.public_id), action="partner.cameras_confirmed"
    )
    entries = Entry.objects.filter(acts | confirmed).select_related("private_part").order_by("recorded_at", "pk")
    this = str(camera.public_id)
    own = [entry for entry in entries if entry.subject_kind == "camera" or this in entry.facts["cameras"]]
    lines: list[HistoryLine] = []
    stated: dict[str, Any] = {}
    for entry in own:
        before, stated = stated, _stated(entry) or stated
        lines.append(HistoryLine(entry.recorded_at, _words(entry, before, stated), _who(entry)))
    for access in place_accesses(Camera.objects.filter(pk=camera.pk)):
        said = _("Staff saw where it is. Ground: %(why)s.") % {"why": access.ground}
        lines.append(HistoryLine(access.at, said if access.ground else _("Staff saw where it is."), access.who))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _stated(entry: Entry) -> dict[str, Any]:
    """What the owner stated with this act; empty where the act stated nothing or its private part was erased."""
    if entry.action not in ("camera.registered", "camera.updated"):
        return {}
    return {**entry.facts, **(entry.private or {})}


def _words(entry: Entry, before: dict[str, Any], after: dict[str, Any]) -> str:
    if entry.action == "camera.updated":
        return _changed(entry, before, after)
    if entry.action == "camera.reported":
        return {
            Change.MOVED: _("You said that it hangs somewhere else now."),
            Change.REPLACED: _("You said that another camera hangs there now."),
        }.get(Change(entry.facts["change"]), _("You said that something about it changed."))
    if entry.action == "camera.checked" and entry.facts.get("clock_offset_s") is not None:
        offset = offset_in_words(entry.facts["clock_offset_s"])
        return _("You checked it. Its recorder is %(offset)s.") % {"offset": offset}
    if entry.action == "camera.checked" and entry.facts.get("plays"):
        plays = entry.facts["plays"] == Said.YES
        return _("Your test clip plays here.") if plays else _("Your test clip does not play here.")
    if entry.action == "camera.registered" and entry.facts.get("replaces"):
        return _("You registered it in place of another camera.")
    if entry.action == "camera.registered" and entry.facts.get("offer"):
        return _("You took it over from who had it before.")
    return str(ACTS.get(entry.action, _("Something else was recorded.")))


def _changed(entry: Entry, before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [str(words) for key, words in _FACTS.items() if before and _differ(key, before, after)]
    different = list(dict.fromkeys(names))
    if not different:
        return _("You saved it without a change.") if before else _("You changed it.")
    said = _("You changed: %(facts)s.") % {"facts": ", ".join(different)}
    if entry.facts["state"] == "pending" and entry.facts["state_before"] != "pending":
        return said + " " + _("Staff look at it again.")
    return said


def _differ(key: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    # Forms speak of feet and whole degrees: what rounding did is no change.
    if key in _ROUNDED and isinstance(before.get(key), int | float) and isinstance(after.get(key), int | float):
        return abs(float(before[key]) - float(after[key])) > _ROUNDED[key]
    return bool(before.get(key) != after.get(key))


def _who(entry: Entry) -> str:
    actor = entry.actor
    if actor.kind == "confirmation":
        return _("by the link in the letter")
    if actor.kind == "user":
        return _("somebody who runs the account")
    return actor_in_words(actor)
