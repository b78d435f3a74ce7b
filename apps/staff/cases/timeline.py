"""Everything that happened in a case, from the ledger, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Func, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.access.allowance import PLACE
from apps.access.models import AccessEvent
from apps.accounts.models import User
from apps.agencies.models import Case as AgencyCase
from apps.disclosure.export_history import EXPORT_WORDS
from apps.evidence.custody_words import ACTS
from apps.evidence.presentation import actor_in_words, named_actor
from apps.footage_requests.history import WORDS
from apps.ledger.models import Entry
from apps.sharing.grant_history import GRANT_WORDS

_WORDS: Mapping[str, str | Promise] = {
    **WORDS,
    **ACTS,
    "request.drafted": _("Request written"),
    "request.updated": _("Request changed"),
    "request.submitted": _("Request submitted"),
    "request.approved": _("Request approved; invitations queued"),
    "request.returned": _("Request returned to its author"),
    "request.withdrawn": _("Request withdrawn"),
    "request.closed": _("Request closed"),
    "request.expired": _("Request expired"),
    "purpose.opened": _("Reason for access recorded"),
    "places.asked": _("Supervisor asked to show where cameras are"),
    "places.agreed": _("Supervisor agreed to show where cameras are"),
    "places.refused": _("Supervisor refused to show where cameras are"),
    "places.expired": _("Nobody decided in time about showing where cameras are"),
    "camera.place_viewed": _("Cameras opened on the partner map"),
    "case.note_added": _("Note written"),
    "case.note_changed": _("Note changed"),
    "case.mark_added": _("Video marked"),
    "case.mark_changed": _("Mark changed"),
    "case.mark_removed": _("Mark removed"),
    "case.mark_restored": _("Mark put back"),
    "case.story_made": _("Case story saved"),
    "canvass.begun": _("Canvass begun"),
    "canvass.joined": _("Officer joined the canvass"),
    "canvass.officer_removed": _("Officer removed from the canvass"),
    "canvass.officer_readmitted": _("Officer let back into the canvass"),
    "canvass.visit_recorded": _("Door visited"),
    "canvass.visit_corrected": _("Visit to a door corrected"),
    "canvass.ended": _("Canvass ended"),
    "case.hold_placed": _("Hold placed on the case"),
    "case.hold_lifted": _("Hold on the case lifted"),
    "case.hold_reviewed": _("Hold on the case looked at again"),
    "case.telling_delayed": _("Owners are told later who looked at their video"),
    "case.telling_delay_ended": _("The delay of telling owners was ended"),
    "case.cad_number_set": _("CAD number set"),
    "case.rms_number_set": _("RMS number set"),
    **EXPORT_WORDS,
    **{act: words for act, words in GRANT_WORDS.items() if act not in ACTS},
}


_OPENS_PLACES = ("camera.place_viewed", "request.cameras_viewed", "export.places_taken")


class _AsUuid(Func):
    """The text of a UUID as the database stores UUIDs, so that the index on `public_id` serves."""

    arity = 1
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="REPLACE(%(expressions)s, '-', '')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::uuid", **context)


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `about` is the name of the thing, `url` its page; both empty for the case itself.

    `reason` is what somebody said who opened places, for those who may read it.
    """

    at: datetime
    words: str
    who: str
    about: str
    url: str
    index: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """What an entry can be about: its name and page."""

    name: str
    url: str


def places_opened_for(case: AgencyCase) -> list[int]:
    """Keys of the entries by which places were opened for the case; those of one camera are about the camera."""
    opened = AccessEvent.objects.filter(purpose__case=case, subject_kind=PLACE)
    return list(opened.values_list("entry_id", flat=True).distinct())


def entries_about(subjects: Mapping[str, Iterable[UUID]], opened: Iterable[int] = ()) -> QuerySet[Entry]:
    """The entries about these things (public ids by kind), the newest first, with place and who of staff acted.

    `opened` are keys of entries besides. They are looked up before: inside this query they would cost its indexes.
    """
    wanted = Q(pk__in=list(opened))
    for kind, ids in subjects.items():
        wanted |= Q(subject_kind=kind, subject_id__in=[str(one) for one in ids])
    person = User.objects.filter(is_staff=True, public_id=_AsUuid(OuterRef("actor_id")))
    # The portal's own acts have a word in place of an id, which no cast can read.
    name, badge = (
        Case(When(actor_kind="staff", then=Subquery(person.values(of)[:1])), default=None, output_field=CharField())
        for of in ("name", "badge")
    )
    entries = Entry.objects.filter(wanted).select_related("place")
    return entries.annotate(actor_name=name, actor_badge=badge).order_by("-pk")


def lines_of(entries: Iterable[Entry], things: Mapping[str, Thing], reasons: Mapping[str, str]) -> list[Line]:
    """The entries in words; `things` are found by public id, `reasons` by that of the purpose."""
    found = []
    for entry in entries:
        thing = things.get(entry.subject_id)
        found.append(
            Line(
                at=entry.recorded_at,
                words=_in_words(entry),
                who=who_acted(entry),
                about=thing.name if thing else "",
                url=thing.url if thing else "",
                index=entry.place.index if hasattr(entry, "place") else None,
                reason=reasons.get(entry.facts.get("purpose", ""), "") if entry.action in _OPENS_PLACES else "",
            )
        )
    return found


def _in_words(entry: Entry) -> str:
    """What was done; of places only how many were opened, never which."""
    words = str(_WORDS.get(entry.action, entry.action))
    if entry.action not in _OPENS_PLACES:
        return words
    count = len(entry.facts.get("cameras", [None]))
    told = ngettext("%(words)s: %(count)d place", "%(words)s: %(count)d places", count)
    return told % {"words": words, "count": count}


def who_acted(entry: Any) -> str:
    """A staff member by name, badge, role and agency; anybody else as the custody names them."""
    role = actor_in_words(entry.actor)
    return named_actor(entry.actor_name, entry.actor_badge, role) if entry.actor_name else role
