"""The exemption log: withhold, look_again, end_withholding."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.core import text
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding
from apps.disclosure.services.guard import actor_of, changed, locked_request, subject_of
from apps.ledger import services as ledger
from apps.redaction.exemptions import OTHER, exemption_of

PART_MAX, CITATION_MAX, REASON_MAX = 1000, 60, 500
LONGEST = timedelta(days=366)


def withhold(
    *,
    request: RecordsRequest,
    user: User,
    exemption: str,
    part: str,
    line: RequestedItem | None = None,
    citation: str = "",
    review_on: date | None = None,
) -> Withholding:
    """Enter what is not given, and under which statute (s. 119.07(1)(e), F.S.).

    `line` is the item; None for a record that is not in the portal. `citation` is needed for a statute that is not on
    the list. What is exempt for a time needs a day of review, within a year. Raises as `locked_request`, NotFound for
    an item of another request, InvalidInput.
    """
    found = exemption_of(exemption)
    if found is None:
        raise InvalidInput.about("exemption", _("Choose the statute that keeps this back."))
    part = text.paragraphs(part, field="part", most=PART_MAX)
    if exemption == OTHER:
        citation = text.line(citation, field="citation", most=CITATION_MAX)
    else:
        citation = found.citation
    with transaction.atomic():
        mine = locked_request(request, user)
        if line is not None and line.request_id != mine.pk:
            raise NotFound(_("There is no such item in this request."))
        if found.ends and review_on is None:
            raise InvalidInput.about(
                "review_on", _("This statute holds for a time only. Say when somebody looks again.")
            )
        if review_on is not None:
            _check_day(mine, review_on)
        made = Withholding.objects.create(
            request=mine,
            requested=line,
            exemption=exemption,
            citation=citation,
            part=part,
            review_on=review_on,
            made_by=user,
        )
        changed(mine)
        ledger.record(
            "records_request.withheld",
            subject_of(mine),
            actor_of(user, mine),
            withholding=str(made.public_id),
            item=str(line.item.public_id) if line else "",
            exemption=exemption,
            citation=citation,
            review_on=review_on.isoformat() if review_on else "",
            private={"part": part},
        )
        return made


def look_again(*, withholding: Withholding, user: User, review_on: date, reason: str) -> Withholding:
    """Somebody looked: the statute still holds, and is looked at again on `review_on`. Also of an ended request.

    Raises as `locked_request`, WrongState for one that ended, InvalidInput.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine, found = _locked(withholding, user)
        _check_day(mine, review_on)
        before, found.review_on = found.review_on, review_on
        found.save(update_fields=["review_on"])
        ledger.record(
            "records_request.looked_again",
            subject_of(mine),
            actor_of(user, mine),
            withholding=str(found.public_id),
            before=before.isoformat() if before else "",
            review_on=review_on.isoformat(),
            private={"reason": reason},
        )
        return found


def end_withholding(*, withholding: Withholding, user: User, reason: str) -> Withholding:
    """The statute no longer keeps this back, or never did. Also of an ended request, which is then taken up again.

    Raises as `locked_request`, WrongState for one that ended, InvalidInput.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine, found = _locked(withholding, user)
        found.ended_at, found.ended_by, found.end_reason = timezone.now(), user, reason
        found.save(update_fields=["ended_at", "ended_by", "end_reason"])
        changed(mine)
        ledger.record(
            "records_request.withholding_ended",
            subject_of(mine),
            actor_of(user, mine),
            withholding=str(found.public_id),
            private={"reason": reason},
        )
        return found


def _locked(withholding: Withholding, user: User) -> tuple[RecordsRequest, Withholding]:
    mine = locked_request(withholding.request, user, open_only=False)
    found = Withholding.objects.get(pk=withholding.pk)
    if found.ended_at is not None:
        raise WrongState(_("This line has ended already."), code="ended")
    return mine, found


def _check_day(request: RecordsRequest, day: date) -> None:
    today = today_in(request.agency)
    if day <= today:
        raise InvalidInput.about("review_on", _("Choose a day after today."))
    if day > today + LONGEST:
        raise InvalidInput.about("review_on", _("Choose a day within a year."))
