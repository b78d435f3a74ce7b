"""What the page of a case shows: requests, answers, items, deadlines, people. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.models import AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.access.states import AskState
from apps.accounts.models import User
from apps.agencies.models import Case, Role
from apps.agencies.policies import has_role
from apps.canvass.models import Canvass
from apps.canvass.selectors import canvasses_of
from apps.cases.selectors import Note, notes_of
from apps.disclosure.export_selectors import exports_of_case
from apps.disclosure.models import Export
from apps.evidence import policies as evidence_policies
from apps.evidence.coverage import Coverage, coverage_of
from apps.evidence.given_again import of_case
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.selectors import sender_notes_of
from apps.evidence.states import DerivativeKind
from apps.footage_requests import policies as request_policies
from apps.footage_requests.clock import is_running
from apps.footage_requests.codes import camera_code
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import Answer, MatchState, RequestState
from apps.geo import parse_area
from apps.sharing.models import Grant
from apps.sharing.selectors import grants_of_case
from apps.staff.cases.timeline import Thing, places_opened_for

# More of a kind than a page can be read with; the lists of the staff site hold the rest.
MOST = 100
NOTES = 50
PICTURES = 24


@dataclass(slots=True)
class RequestRow:
    """One request with what came of it."""

    request: FootageRequest
    asked: int = 0
    answered: int = 0
    with_footage: int = 0
    next_overwrite: datetime | None = None


@dataclass(slots=True)
class ItemRow:
    """One item: the camera it came from, whether it covers what was asked, and whether there is a picture to open."""

    item: EvidenceItem
    camera: str
    coverage: Coverage | None
    has_poster: bool
    token: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One camera's answer and how many files came for it."""

    match: Match
    code: str
    files: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """What happens next if nobody acts. `gone` is when; `url` leads to where somebody can act."""

    at: datetime
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody with a reason to see what is confidential. `reason` is empty unless this reader may read it."""

    person: str
    opens: str
    ground: str
    reason: str
    until: datetime
    is_current: bool


@dataclass(slots=True)
class CasePage:
    """Everything on the page but the timeline."""

    case: Case
    requests: list[RequestRow]
    answers: list[AnswerRow]
    items: list[ItemRow]
    notes: list[Note]
    readers: list[Reader]
    deadlines: list[Deadline]
    areas: list[list[list[float]]]
    has_reason: bool
    subjects: dict[str, set[UUID]] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    canvasses: list[Canvass] = field(default_factory=list)


def page_of_case(user: User, case: Case, *, most: int = MOST) -> CasePage:
    """Read it. A fixed number of queries, whatever the size of the case."""
    requests = list(
        request_policies.viewable_requests(user)
        .filter(case=case)
        .select_related("author")
        .order_by("-created_at", "-pk")[:most]
    )
    by_pk = {request.pk: request for request in requests}
    matches = list(
        Match.objects.filter(request__in=by_pk)
        .annotate(was_sent=Exists(EvidenceItem.objects.filter(match_id=OuterRef("pk"))))
        .select_related("camera", "invitation")
        .order_by("overwrite_deadline")
    )
    for match in matches:
        match.request = by_pk[match.request_id]
    items = _items(user, case, most)
    files = Counter(row.item.match_id for row in items)
    grounds = _grounds(user, case, most * 3)
    page = CasePage(
        case=case,
        requests=[_request_row(request, matches) for request in requests],
        answers=[
            AnswerRow(match, camera_code(match.camera.public_id), files[match.pk])
            for match in sorted(matches, key=lambda one: (one.answer != Answer.HAS_FOOTAGE, one.overwrite_deadline))
            if match.answer
        ][:MOST],
        items=items,
        notes=notes_of(user, case, at_most=NOTES),
        readers=_readers(user, case, grounds),
        deadlines=_deadlines(requests, matches),
        areas=[ring for request in requests for ring in parse_area(request.area).rings],
        has_reason=any(_opens_footage(row, user) for row in grounds),
        reasons=_reasons(user, case, grounds),
        opened=places_opened_for(case),
        exports=exports_of_case(user, case, at_most=most),
        grants=grants_of_case(user, case, at_most=most),
        canvasses=canvasses_of(user, case)[:most],
    )
    page.subjects = {
        "case": {case.public_id},
        "footage_request": {one.public_id for one in requests},
        "invitation": {one.invitation.public_id for one in matches},
        "evidence_item": {row.item.public_id for row in items},
        "export": {one.public_id for one in page.exports},
        "grant": {one.public_id for one in page.grants},
        "purpose": {row["public_id"] for row in grounds if row["what"] == "purpose"},
        "places_request": {row["public_id"] for row in grounds if row["what"] == "places_request"},
        "canvass": {one.public_id for one in page.canvasses},
    }
    page.things = {str(one.public_id): Thing(one.code, url_of(one)) for one in requests} | {
        str(row.item.public_id): Thing(row.item.filename, url_of(row.item)) for row in items
    }
    page.things |= {str(one.public_id): Thing(one.code, url_of(one)) for one in page.exports}
    page.things |= {str(one.public_id): Thing(one.code, url_of(one)) for one in page.grants}
    page.things |= {str(one.public_id): Thing(one.where, url_of(one)) for one in page.canvasses}
    return page


def url_of(thing: FootageRequest | EvidenceItem | Case | Export | Grant | Canvass) -> str:
    """The thing's page in the staff site."""
    opts = thing._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[thing.public_id])


def _request_row(request: FootageRequest, matches: Iterable[Match]) -> RequestRow:
    row = RequestRow(request)
    for match in matches:
        if match.request_id != request.pk or match.state == MatchState.TAKEN_OUT:
            continue
        row.asked += 1
        row.answered += match.state == MatchState.ANSWERED
        row.with_footage += match.answer == Answer.HAS_FOOTAGE
        running = request.state == RequestState.OPEN and is_running(match, timezone.now())
        if running and row.next_overwrite is None:
            row.next_overwrite = match.overwrite_deadline
    return row


def _items(user: User, case: Case, most: int) -> list[ItemRow]:
    poster = Derivative.objects.in_use().filter(item_id=OuterRef("pk"), kind=DerivativeKind.POSTER)
    items = (
        evidence_policies.viewable_items(user)
        .filter(of_case(case))
        .select_related("agency", "submission__invitation__request", "match__camera")
        .annotate(has_poster=Exists(poster.filter(item__restricted_at__isnull=True)))
        .order_by("-received_at", "-pk")[:most]
    )
    rows, notes = [], sender_notes_of(items)
    for item in items:
        if item.submission.case_id == case.pk:
            item.submission.case = case
        camera = camera_code(item.match.camera.public_id) if item.match else ""
        coverage = coverage_of(item, notes.get(item.upload_id))
        rows.append(ItemRow(item, camera, coverage, bool(item.has_poster)))
    return rows


def _deadlines(requests: Iterable[FootageRequest], matches: Iterable[Any]) -> list[Deadline]:
    """The soonest first: promised and not sent, not answered yet, and requests that end."""
    now, found = timezone.now(), []
    waiting: dict[int, list[Match]] = {}
    for match in matches:
        if match.request.state != RequestState.OPEN or not is_running(match, now):
            continue
        if match.answer == Answer.HAS_FOOTAGE and not match.was_sent:  # also a file that the person does not see
            found.append(Deadline(match.overwrite_deadline, promise_in_words(match), url_of(match.request)))
        elif not match.answer:
            waiting.setdefault(match.request_id, []).append(match)
    for unanswered in waiting.values():
        first = min(unanswered, key=lambda one: one.overwrite_deadline)
        words = ngettext(
            "%(count)d camera of %(request)s has not answered, overwritten in %(left)s",
            "%(count)d cameras of %(request)s have not answered, the first overwritten in %(left)s",
            len(unanswered),
        ) % {"count": len(unanswered), "request": first.request.code, "left": time_left(first.overwrite_deadline)}
        found.append(Deadline(first.overwrite_deadline, words, url_of(first.request)))
    for request in requests:
        if request.state == RequestState.OPEN and request.closes_at and request.closes_at > now:
            words = _("%(request)s takes no more answers in %(left)s") % {
                "request": request.code,
                "left": time_left(request.closes_at),
            }
            found.append(Deadline(request.closes_at, words, url_of(request)))
    return sorted(found, key=lambda one: one.at)[:MOST]


def promise_in_words(match: Match) -> str:
    """What an owner promised and has not sent: the camera's code and the time that is left."""
    words = _("%(camera)s said yes, sent nothing, overwritten in %(left)s")
    return words % {"camera": camera_code(match.camera.public_id), "left": time_left(match.overwrite_deadline)}


def time_left(at: datetime) -> str:
    """“1 day 20 h”, “3 h 5 min”: days and hours, or hours and minutes."""
    minutes = max(0, int((at - timezone.now()).total_seconds() // 60))
    days, rest = divmod(minutes, 1440)
    if not days:
        return _("%(hours)d h %(minutes)d min") % {"hours": rest // 60, "minutes": rest % 60}
    words = ngettext("%(days)d day %(hours)d h", "%(days)d days %(hours)d h", days)
    return words % {"days": days, "hours": rest // 60}


def _grounds(user: User, case: Case, most: int) -> list[dict[str, Any]]:
    """The reasons recorded for the case, current records duties of its agency, and what supervisors were asked."""
    of_case = Q(case=case) | Q(
        kind=PurposeKind.RECORDS_DUTY, access=AccessKind.FOOTAGE, agency=case.agency, ends_at__gt=timezone.now()
    )
    shape = ("public_id", "person", "person_id", "ground", "opens", "reason", "ends_at", "what")
    purposes = Purpose.objects.filter(of_case).annotate(
        person=F("user__name"),
        person_id=F("user_id"),
        ground=F("kind"),
        opens=F("access"),
        what=Value("purpose", output_field=CharField()),
    )
    asked = PlacesRequest.objects.filter(case=case).annotate(
        person=F("author__name"),
        person_id=F("author_id"),
        ground=F("state"),
        opens=Value(AccessKind.PARTNER_MAP.value, output_field=CharField()),
        what=Value("places_request", output_field=CharField()),
    )
    return list(purposes.values(*shape).union(asked.values(*shape), all=True).order_by("-ends_at")[:most])


def _opens_footage(row: dict[str, Any], user: User) -> bool:
    """Whether the page offers the pictures; whether they open is asked again when they do."""
    own = row["what"] == "purpose" and row["person_id"] == user.pk
    return bool(own and row["opens"] == AccessKind.FOOTAGE and row["ends_at"] > timezone.now())


def _reasons(user: User, case: Case, grounds: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The reasons that this person may read, by public id of what they are for: one's own, and an auditor all."""
    reads_all = has_role(user, case.agency, Role.AUDITOR)
    return {str(row["public_id"]): row["reason"] for row in grounds if reads_all or row["person_id"] == user.pk}


def _readers(user: User, case: Case, grounds: Iterable[dict[str, Any]]) -> list[Reader]:
    """Who may open something, and why; the words of a reason are for the person and the auditor."""
    now, reasons = timezone.now(), _reasons(user, case, grounds)
    kinds, labels, found = dict(AccessKind.choices), dict(PurposeKind.choices), []
    for row in grounds:
        if row["what"] == "places_request" and row["ground"] != AskState.AGREED:
            continue
        ground = _("a supervisor agreed") if row["what"] == "places_request" else labels.get(row["ground"], "")
        found.append(
            Reader(
                person=row["person"],
                opens=str(kinds.get(row["opens"], row["opens"])),
                ground=str(ground),
                reason=reasons.get(str(row["public_id"]), ""),
                until=row["ends_at"],
                is_current=row["ends_at"] > now,
            )
        )
    return found[:MOST]
