"""send_urgent and review_urgent: what cannot wait for a supervisor goes first and is judged afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import Feature, check_on
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.footage_requests import policies
from apps.footage_requests.incident_types import incident_names, is_urgent
from apps.footage_requests.limits import check_room_to_open, check_room_to_submit, check_windows, judge_area
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.resubmission import remember_submission
from apps.footage_requests.services.deciding import check_decider
from apps.footage_requests.services.ending import end_request
from apps.footage_requests.services.guard import check_version, locked_for, locked_with_case, subject_of
from apps.footage_requests.services.opening import open_and_invite
from apps.footage_requests.staff_mails import tell_author, tell_supervisors
from apps.footage_requests.states import REQUEST_TRANSITIONS, RequestState, Review
from apps.ledger import services as ledger
from apps.ledger.values import Actor

WORDS_MIN, WORDS_MAX = 10, 2000


def may_go_first(user: User, request: FootageRequest) -> bool:
    """Whether this person may send this request before a supervisor has seen it.

    Only its author, only for a kind that the agency marks as urgent, only within the limits, and never once a
    supervisor gave it back.
    """
    return (
        settings.URGENT_GOES_FIRST
        and request.state in (RequestState.DRAFT, RequestState.SUBMITTED)
        and policies.can_change(user, request)
        and request.decided_by_id is None
        and not request.too_wide
        and is_urgent(request.agency, request.incident_type)
    )


def send_urgent(*, user: User, request: FootageRequest, version: int, reason: str, actor: Actor) -> FootageRequest:
    """Open an urgent request at once. Its letters go out, and every supervisor on duty is told to review it.

    Places of cameras stay closed until a supervisor has agreed. `reason` says why it cannot wait. Raises NotFound,
    NotAllowed, WrongState (not urgent, wider than usual, returned before, ended), Stale, InvalidInput, TooMany.
    """
    with transaction.atomic():
        request = locked_with_case(user, request, to_contact=True)
        if not policies.can_change(user, request):
            raise NotAllowed(_("Only the author can send this request."))
        check_on(request.agency, Feature.REQUESTS)
        check_version(request, version)
        if request.state == RequestState.DRAFT:
            REQUEST_TRANSITIONS.check(request.state, RequestState.SUBMITTED)
            request.state = RequestState.SUBMITTED
            request.submitted_at = timezone.now()
        REQUEST_TRANSITIONS.check(request.state, RequestState.OPEN)
        check_windows(request.windows, agency=request.agency)
        request.too_wide = judge_area(request.area, agency=request.agency).too_wide
        request.incident_names = incident_names(request.agency, request.incident_type)
        if not may_go_first(user, request):
            raise WrongState(
                _(
                    "This request cannot go first. Only kinds of incident that your agency marks as urgent can, within"
                    " the usual area, and not after a supervisor gave it back. Submit it to a supervisor."
                ),
                code="not_urgent",
            )
        reason = text.paragraphs(reason, field="reason", most=WORDS_MAX, required=False)
        if len(reason) < WORDS_MIN:
            sentence = _("Say in a sentence why this cannot wait for a supervisor.")
            raise InvalidInput.about("reason", sentence)
        check_room_to_submit(request)
        check_room_to_open(request)
        request.went_first = True
        request.first_reason = reason
        remember_submission(request)
        facts = open_and_invite(request, now=timezone.now())
        ledger.record(
            "request.sent_first",
            subject_of(request),
            actor,
            version=request.version,
            private={"reason": reason},
            **facts,
        )
        tell_supervisors(request)
        return request


def review_urgent(
    *, user: User, request: FootageRequest, version: int, verdict: str, words: str = "", actor: Actor
) -> FootageRequest:
    """Judge a request that went first: `upheld`, or `refused`, which ends it at once. What was given stays.

    Raises NotFound, NotAllowed (its author, or no supervisor), WrongState (it did not go first, or was reviewed),
    Stale, InvalidInput (a refusal needs words).
    """
    with transaction.atomic():
        request = locked_for(user, request)
        check_decider(user, request)
        if not request.went_first or request.review:
            raise WrongState(_("This request waits for no review."))
        check_version(request, version)
        words = text.paragraphs(words, field="words", most=WORDS_MAX, required=False)
        if verdict not in Review.values:
            sentence = _("Say whether it was right to send it first.")
            raise InvalidInput.about("verdict", sentence)
        if verdict == Review.REFUSED and len(words) < WORDS_MIN:
            sentence = _("Say in a sentence why it should not have gone first.")
            raise InvalidInput.about("words", sentence)
        now = timezone.now()
        request.review, request.reviewed_at, request.decided_by, request.decision_reason = verdict, now, user, words
        if verdict == Review.UPHELD:
            request.approved_at = now
        facts = {}
        if verdict == Review.REFUSED and request.state == RequestState.OPEN:
            facts = end_request(request, RequestState.WITHDRAWN)
        else:
            request.version += 1
            request.save()
        ledger.record(
            "request.reviewed",
            subject_of(request),
            actor,
            verdict=verdict,
            version=request.version,
            private={"words": words} if words else None,
            **facts,
        )
        tell_author("reviewed", request, once=str(request.version))
        return request
