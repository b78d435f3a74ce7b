"""approve_request and return_request: the supervisor's two verbs."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed
from apps.footage_requests import policies
from apps.footage_requests.limits import check_room_to_open, check_still_narrow
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.services.guard import check_version, locked_for, locked_with_case, subject_of
from apps.footage_requests.services.opening import open_and_invite
from apps.footage_requests.staff_mails import tell_author
from apps.footage_requests.states import REQUEST_TRANSITIONS, RequestState
from apps.ledger import services as ledger
from apps.ledger.values import Actor

WORDS_MIN, WORDS_MAX, RULE_MAX = 10, 2000, 200


def check_decider(user: User, request: FootageRequest) -> None:
    if request.author_id == user.pk:
        raise NotAllowed(_("You wrote this request; another supervisor has to decide about it."))
    if not policies.can_decide(user, request):
        raise NotAllowed(_("Only a supervisor of the agency decides about a request."))


def _check_beyond_limit(words: str, rule: str) -> None:
    """Raise InvalidInput unless a decision beyond the agency's limit gives its reason and names its rule."""
    problems = {}
    if len(words) < WORDS_MIN:
        problems["words"] = _("It is wider than usual. Say in a sentence why a smaller area would miss what is needed.")
    if not rule:
        problems["rule"] = _("Name the rule of your agency's policy on which this decision rests.")
    if problems:
        raise InvalidInput(" ".join(problems.values()), fields=problems)


def approve_request(
    *, user: User, request: FootageRequest, version: int, words: str = "", rule: str = "", actor: Actor
) -> FootageRequest:
    """Open a submitted request: its matches, one invitation for each partner and their mails are stored together.

    `version` is the one that the supervisor read. A request that is wider than usual needs `words` and the `rule` of
    the agency's policy that allows it. Raises InvalidInput without them, NotFound, NotAllowed (the author, or no
    supervisor of the agency), WrongState (decided already, or wider than the agency's limits are by now), TooMany (its
    case has as many open ones as the agency allows), Stale.
    """
    with transaction.atomic():
        request = locked_with_case(user, request, to_contact=True)
        check_decider(user, request)
        REQUEST_TRANSITIONS.check(request.state, RequestState.OPEN)
        check_version(request, version)
        check_still_narrow(request)
        check_room_to_open(request)
        words = text.paragraphs(words, field="words", most=WORDS_MAX, required=False)
        rule = text.line(rule, field="rule", most=RULE_MAX, required=False)
        if request.too_wide:
            _check_beyond_limit(words, rule)
        now = timezone.now()
        request.decided_by = user
        request.decision_reason = words
        request.policy_rule = rule if request.too_wide else ""
        request.approved_at = now
        facts = open_and_invite(request, now=now)
        ledger.record(
            "request.approved",
            subject_of(request),
            actor,
            too_wide=request.too_wide,
            rule=request.policy_rule,
            version=request.version,
            private={"words": request.decision_reason} if request.decision_reason else None,
            **facts,
        )
        tell_author("approved", request, once=str(request.version))
        return request


def return_request(*, user: User, request: FootageRequest, version: int, reason: str, actor: Actor) -> FootageRequest:
    """Give a submitted request back to its author with a reason.

    Raises NotFound, NotAllowed, WrongState, Stale, InvalidInput.
    """
    with transaction.atomic():
        request = locked_for(user, request)
        check_decider(user, request)
        REQUEST_TRANSITIONS.check(request.state, RequestState.RETURNED)
        check_version(request, version)
        reason = text.paragraphs(reason, field="reason", most=WORDS_MAX, required=False)
        if len(reason) < 5:
            sentence = _("Tell the author what to change.")
            raise InvalidInput.about("reason", sentence)
        request.state = RequestState.RETURNED
        request.decided_by = user
        request.decision_reason = reason
        request.version += 1
        request.save()
        ledger.record(
            "request.returned", subject_of(request), actor, version=request.version, private={"reason": reason}
        )
        tell_author("returned", request, once=str(request.version))
        return request
