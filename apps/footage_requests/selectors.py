"""Reads of requests, of what they reached, and of what a partner was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.cameras.check_state import CheckState, check_states
from apps.cameras.models import Camera, Site
from apps.cameras.witnesses import Likelihood, group_of
from apps.core.errors import NotFound
from apps.footage_requests.clock import is_running, is_silent_promise
from apps.footage_requests.codes import camera_code
from apps.footage_requests.likely import likelihood_of
from apps.footage_requests.models import FootageRequest, Invitation, KindRefusal, Match
from apps.footage_requests.policies import (
    matches_of_reader,
    readable_matches,
    viewable_invitations,
    viewable_matches,
    viewable_requests,
)
from apps.footage_requests.states import Answer, MatchState
from apps.partners.models import Partner


def get_request_for(user: Person, public_id: UUID | str) -> FootageRequest:
    """The request with agency, case and people. Raises NotFound if there is none that this person may see."""
    request = (
        viewable_requests(user)
        .select_related("agency", "case", "author", "decided_by")
        .filter(public_id=public_id)
        .first()
    )
    if request is None:
        raise NotFound(_("There is no such request among yours."))
    return request


def asked_by_code(typed: str) -> FootageRequest | None:
    """The request that this code of a letter names, once it was sent, with agency and author."""
    code = "".join(typed.split()).upper()
    rows = FootageRequest.objects.filter(code=code, approved_at__isnull=False)
    return rows.select_related("agency", "author").first()


def get_invitation_for_staff(user: Person, public_id: UUID | str) -> Invitation:
    """The invitation of a request that this staff member may see. Raises NotFound."""
    invitation = (
        Invitation.objects.filter(request__in=viewable_requests(user), public_id=public_id)
        .select_related("request__agency", "request__case")
        .first()
    )
    if invitation is None:
        raise NotFound(_("There is no such invitation among yours."))
    return invitation


def get_match_for_staff(user: Person, public_id: UUID | str) -> Match:
    """One match of a request that this staff member may see. Raises NotFound."""
    rows = viewable_matches(user).select_related("request__agency", "request__case", "invitation")
    match = rows.filter(public_id=public_id).first()
    if match is None:
        raise NotFound(_("There is no such camera among those that your requests reach."))
    return match


def asked_matches(invitation: Invitation, reader: Person) -> list[Match]:
    """The invitation's matches with camera, its model and site, in the order in which the partner knows the cameras.

    Those that concern the reader: a responder for some sites, if signed in, gets no others.
    """
    concerning = matches_of_reader(reader, invitation)
    rows = concerning.select_related("camera", "camera__catalog_entry").defer("camera__notes")
    matches = list(rows.order_by("camera__site_id", "camera_id"))
    # Sites and models are few beside cameras: each is read, and its name decrypted, once.
    reached = Camera.objects.filter(pk__in=concerning.values("camera")).order_by()
    sites = Site.objects.only("public_id", "name", "partner").in_bulk(
        list(reached.values_list("site", flat=True).distinct())
    )
    for match in matches:
        match.camera.site = sites[match.camera.site_id]
    return matches


def invitations_of(user: Person) -> QuerySet[Invitation]:
    """What the partners for whom this person acts were asked, newest first, with request, agency and matches."""
    return (
        viewable_invitations(user)
        .select_related("request__agency", "partner")
        .prefetch_related(
            Prefetch("matches", queryset=readable_matches(user).select_related("camera__site").order_by("pk"))
        )
        .order_by("-created_at", "-pk")
    )


def refused_kinds(partner: Partner) -> list[KindRefusal]:
    """The kinds of incident about which this partner is not asked, with the agency, the newest first."""
    rows = KindRefusal.objects.filter(partner=partner, ended_at__isnull=True)
    return list(rows.select_related("agency").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One match as staff see it without a purpose: no place, no name, nothing about who opened a link."""

    public_id: UUID
    match_id: int
    invitation: Invitation
    code: str
    state: str
    state_words: str
    answer: str
    answer_words: str
    reason_words: str
    note: str
    answered_at: datetime | None
    overwrite_deadline: datetime
    still_holds: bool
    kept_at: datetime | None
    clock_runs: bool
    silent_promise: bool
    taken_out_words: str
    likelihood: Likelihood
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """Where a request stands: its rows, and how many there are of each."""

    rows: list[BoardRow]
    invited: int
    waiting: int
    answers: dict[str, int]
    next_overwrite: datetime | None
    silent: int
    kept: int

    @property
    def total(self) -> int:
        return sum(not row.taken_out_words for row in self.rows)

    @property
    def declined(self) -> int:
        """Those who said no, also for all requests of this kind."""
        return self.answers.get(Answer.DECLINED, 0) + self.answers.get(Answer.NEVER, 0)

    @property
    def has_footage(self) -> int:
        return self.answers.get(Answer.HAS_FOOTAGE, 0)


def board_of(request: FootageRequest, *, sent: Collection[UUID] = (), loose: Collection[UUID] = ()) -> Board:
    """The matches of an approved request: what was promised and not sent first, then by the time that is left to them.

    `sent` are the public ids of the matches for which files came, `loose` those of the invitations through which files
    came that name no camera: they may be of any. Four queries whatever the size.
    """
    now = timezone.now()
    matches = list(
        Match.objects.filter(request=request)
        .select_related("invitation", "camera__place")
        .prefetch_related("responses")
        .order_by("overwrite_deadline", "pk")
    )
    likely = likelihood_of(request, matches)
    checks = check_states([match.camera_id for match in matches])
    rows = [
        _row(
            match,
            now=now,
            sent=match.public_id in sent or match.invitation.public_id in loose,
            likelihood=group_of(likely[match.pk]),
            check=checks.get(match.camera_id),
        )
        for match in matches
    ]
    rows.sort(key=_urgency)
    waiting = [row for row in rows if row.state in (MatchState.PENDING, MatchState.INVITED)]
    # A promise that was kept by a file needs no clock any more.
    running = [row for row in rows if row.clock_runs and (row.silent_promise or not row.answer)]
    return Board(
        rows=rows,
        invited=sum(row.state not in (MatchState.PENDING, MatchState.TAKEN_OUT) for row in rows),
        waiting=len(waiting),
        answers=dict(Counter(row.answer for row in rows if row.answer)),
        next_overwrite=min((row.overwrite_deadline for row in running), default=None),
        silent=sum(row.silent_promise for row in rows),
        kept=sum(row.kept_at is not None for row in rows),
    )


_ORDER = list(Likelihood)


def _urgency(row: BoardRow) -> tuple[bool, bool, bool, int]:
    """The loudest first, then who most likely saw it; the order by deadline stands within each."""
    answered = row.state == MatchState.ANSWERED
    if row.taken_out_words:
        return True, True, True, len(_ORDER)
    return not row.silent_promise, row.answer != Answer.HAS_FOOTAGE, answered, _ORDER.index(row.likelihood)


def _row(match: Match, *, now: datetime, sent: bool, likelihood: Likelihood, check: CheckState | None) -> BoardRow:
    last = max(match.responses.all(), key=lambda response: response.number, default=None)
    return BoardRow(
        public_id=match.public_id,
        match_id=match.pk,
        invitation=match.invitation,
        code=camera_code(match.camera.public_id),
        state=match.state,
        state_words=match.get_state_display(),
        answer=match.answer,
        answer_words=match.get_answer_display() if match.answer else "",
        reason_words=match.get_unavailable_reason_display() if match.unavailable_reason else "",
        note=(last.note or "") if last else "",
        answered_at=match.answered_at,
        overwrite_deadline=match.overwrite_deadline,
        still_holds=match.still_holds,
        kept_at=match.kept_at,
        clock_runs=is_running(match, now),
        likelihood=likelihood,
        silent_promise=is_silent_promise(match, sent=sent),
        warnings=check.warnings if check else [],
        taken_out_words=match.get_taken_out_reason_display() if match.taken_out_reason else "",
    )
