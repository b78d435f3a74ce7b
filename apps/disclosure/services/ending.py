"""answer_records_request, withdraw_records_request, close_records_request, take_up_again, erase_contact."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, Stale, WrongState
from apps.core.locks import locked
from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding
from apps.disclosure.services.guard import actor_of, locked_request, subject_of
from apps.disclosure.states import OPEN_STATES, RECORDS_TRANSITIONS, Decision, RecordsOutcome, RecordsState
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.redaction.plan import Ground
from apps.redaction.selectors import plan_of

ANSWER_MAX, REASON_MAX = 10_000, 500


def outcome_of(request: RecordsRequest) -> RecordsOutcome:
    """What an answer would be now, by what is decided and by the log of exemptions."""
    decided = set(
        RequestedItem.objects.filter(request=request)
        .exclude(decision=Decision.NOT_ASKED)
        .values_list("decision", flat=True)
    )
    kept_back = bool(decided & {Decision.REDACT, Decision.WITHHOLD}) or in_force(request).exists()
    given = bool(decided & {Decision.GIVE, Decision.REDACT})
    if not given and not kept_back:
        return RecordsOutcome.NONE
    if not given:
        return RecordsOutcome.DENIED
    return RecordsOutcome.PART if kept_back else RecordsOutcome.GIVEN


def what_is_missing(request: RecordsRequest) -> list[str]:
    """What has to be done before the request can be answered, in sentences; empty: nothing."""
    missing = []
    lines = RequestedItem.objects.filter(request=request).select_related("request", "redaction")
    if undecided := lines.filter(decision=Decision.UNDECIDED).count():
        missing.append(_("Decide about each item. Not decided yet: %(count)d.") % {"count": undecided})
    cited = in_force(request).filter(requested=OuterRef("pk"))
    kept_back = lines.filter(decision__in=(Decision.REDACT, Decision.WITHHOLD))
    if uncited := kept_back.exclude(Exists(cited)).count():
        missing.append(
            _("Each item that is redacted or withheld needs a statute (s. 119.07(1)(e), F.S.). Without one: %(count)d.")
            % {"count": uncited}
        )
    whole = lines.filter(decision=Decision.GIVE)
    if crossed := whole.filter(Exists(cited)).count():
        missing.append(
            _("An item cannot be given in whole while a statute keeps a part of it back. Such items: %(count)d.")
            % {"count": crossed}
        )
    if lacking := sorted({one.citation for line in lines for one in grounds_without_line(line)}):
        missing.append(
            _("A chosen redacted copy removes parts under statutes that the log of its item lacks: %(statutes)s")
            % {"statutes": ", ".join(lacking)}
        )
    if request.searched_at is None and outcome_of(request) == RecordsOutcome.NONE:
        missing.append(
            _("Search first. Nobody can say that there is no such record before looking (s. 119.07(1)(c), F.S.).")
        )
    return missing


def grounds_without_line(line: RequestedItem) -> list[Ground]:
    """The grounds of the copy that is given, one for each statute, that no line in force of the item cites."""
    if line.redaction is None:
        return []
    cited = set(in_force(line.request).filter(requested=line).values_list("citation", flat=True))
    grounds = {one.citation: one for one in plan_of(line.redaction).grounds}
    return [one for citation, one in grounds.items() if citation not in cited]


def in_force(request: RecordsRequest) -> QuerySet[Withholding]:
    """The lines of the exemption log that hold now."""
    return Withholding.objects.filter(request=request, ended_at__isnull=True)


def answer_records_request(*, request: RecordsRequest, user: User, answer: str, version: int) -> RecordsRequest:
    """Answer: what is given, and what is withheld under which statute. The outcome follows from the decisions.

    `version` is what the person read. Raises as `locked_request`; Stale; InvalidInput while something is missing.
    """
    answer = text.paragraphs(answer, field="answer", most=ANSWER_MAX)
    with transaction.atomic():
        mine = locked_request(request, user)
        if mine.version != version:
            raise Stale(_("A colleague changed this request a moment ago. Read it again first."))
        if missing := what_is_missing(mine):
            raise InvalidInput(" ".join(missing))
        outcome = outcome_of(mine)
        RECORDS_TRANSITIONS.check(mine.state, RecordsState.ANSWERED)
        mine.state, mine.outcome, mine.answer = RecordsState.ANSWERED, outcome, answer
        _end(mine)
        lines = RequestedItem.objects.filter(request=mine).select_related("item", "redaction").order_by("pk")
        ledger.record(
            "records_request.answered",
            subject_of(mine),
            actor_of(user, mine),
            outcome=outcome,
            items={str(line.item.public_id): line.decision for line in lines},
            copies={str(line.item.public_id): line.redaction.proof["digest"] for line in lines if line.redaction},
            citations=sorted(set(in_force(mine).values_list("citation", flat=True))),
            private={"answer": answer},
        )
        return mine


def withdraw_records_request(*, request: RecordsRequest, user: User, reason: str) -> RecordsRequest:
    """The requester wants it no longer, or never came back. Raises as `locked_request`, InvalidInput."""
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = locked_request(request, user)
        RECORDS_TRANSITIONS.check(mine.state, RecordsState.CLOSED)
        mine.state, mine.outcome = RecordsState.CLOSED, RecordsOutcome.WITHDRAWN
        _end(mine)
        ledger.record("records_request.withdrawn", subject_of(mine), actor_of(user, mine), private={"reason": reason})
        return mine


def close_records_request(*, request: RecordsRequest, user: User) -> RecordsRequest:
    """Put an answered request away: it was handed over, nothing is left to do. Again changes nothing.

    Raises as `locked_request`, WrongState for one that was not answered.
    """
    with transaction.atomic():
        mine = locked_request(request, user, open_only=False)
        if mine.state == RecordsState.CLOSED:
            return mine
        if mine.state in OPEN_STATES:
            raise WrongState(_("Answer the request first, or say that it was withdrawn."), code="open")
        mine.state = RecordsState.CLOSED
        mine.version += 1
        mine.save(update_fields=["state", "version"])
        ledger.record("records_request.closed", subject_of(mine), actor_of(user, mine))
        return mine


def take_up_again(*, request: RecordsRequest, user: User, reason: str) -> RecordsRequest:
    """Open an ended request again: a statute no longer holds, or something was wrong. The ledger keeps the answer.

    Raises as `locked_request`, WrongState for one that is open, InvalidInput.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = locked_request(request, user, open_only=False)
        if mine.state in OPEN_STATES:
            raise WrongState(_("This request is open."), code="open")
        RECORDS_TRANSITIONS.check(mine.state, RecordsState.ACKNOWLEDGED)
        mine.state, mine.outcome, mine.ended_at = RecordsState.ACKNOWLEDGED, "", None
        mine.version += 1
        mine.save(update_fields=["state", "outcome", "ended_at", "version"])
        ledger.record(
            "records_request.taken_up_again", subject_of(mine), actor_of(user, mine), private={"reason": reason}
        )
        return mine


def erase_contact(*, request: RecordsRequest, user: User) -> RecordsRequest:
    """Forget where the answer went. Only once the request has ended; again changes nothing.

    Raises as `locked_request`, WrongState for an open request.
    """
    with transaction.atomic():
        mine = locked_request(request, user, open_only=False)
        if mine.state in OPEN_STATES:
            raise WrongState(_("The contact is needed until the request has ended."), code="open")
        _forget_contact(mine, actor_of(user, mine))
        return mine


def erase_contact_again(*, request: RecordsRequest, actor: Actor) -> bool:
    """The same where a database was put back that had forgotten it. Says whether it did anything."""
    with transaction.atomic():
        return _forget_contact(locked(RecordsRequest.objects).select_related("agency").get(pk=request.pk), actor)


def _forget_contact(mine: RecordsRequest, actor: Actor) -> bool:
    if not mine.contact:
        return False
    mine.contact, mine.contact_erased_at = "", timezone.now()
    mine.version += 1
    mine.save(update_fields=["contact", "contact_erased_at", "version"])
    ledger.record("records_request.contact_erased", subject_of(mine), actor)
    return True


def _end(request: RecordsRequest) -> None:
    request.ended_at = timezone.now()
    request.version += 1
    request.save(update_fields=["state", "outcome", "answer", "ended_at", "version"])
