"""The overwrite clock of a match: whether it still runs, who has to be quick, and what is the loudest.

A recorder writes over what a request asks for. The clock runs while nothing says that the video is safe or not to be
had: no answer, or a yes without a file. It stops once the owner says “I have kept it”, whatever the recorder does then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value

from apps.footage_requests.models import Match
from apps.footage_requests.states import POSSIBLE, Answer, MatchState


def running(now: datetime, matches: str = "") -> Q:
    """Matches whose video may still be lost at `now` (UTC). `matches` is the path to them, such as `matches__`."""
    said = {
        f"{matches}overwrite_deadline__gt": now,
        f"{matches}answer__in": POSSIBLE,
        f"{matches}kept_at__isnull": True,
    }
    return Q(**said) & ~Q(**{f"{matches}state": MatchState.TAKEN_OUT})


def is_running(match: Match, now: datetime) -> bool:
    """The same for one match."""
    may_exist = match.answer in POSSIBLE and match.state != MatchState.TAKEN_OUT
    return may_exist and match.kept_at is None and match.overwrite_deadline > now


def is_silent_promise(match: Match, *, sent: bool) -> bool:
    """Said yes, sent nothing: the loudest state, because whoever waits for it believes that it is safe.

    `sent` says whether a file came that may be this camera's. A kept recording is late, but not in danger.
    """
    return match.answer == Answer.HAS_FOOTAGE and match.kept_at is None and not sent


def to_remind(now: datetime) -> Q:
    """Invitations with a camera nobody answered for, which is overwritten soon and whose owner had time to answer.

    Time to answer is REMIND_AFTER_HOURS, or half of what was left when the letter went: a recorder that keeps a day
    gets its reminder within that day.
    """
    waited = ExpressionWrapper(Value(now) - F("sent_at"), output_field=DurationField())
    # The deadline is as near as the letter is old: half of the time has passed.
    half = ExpressionWrapper(Value(now) + waited, output_field=DateTimeField())
    soon = Value(now + timedelta(hours=settings.REMIND_BEFORE_HOURS))
    long_ago = Q(sent_at__lte=now - timedelta(hours=settings.REMIND_AFTER_HOURS))
    unanswered = {"matches__state": MatchState.INVITED, "matches__kept_at__isnull": True}
    near = Q(**unanswered, matches__overwrite_deadline__gt=now, matches__overwrite_deadline__lte=soon)
    nearer = Q(**unanswered, matches__overwrite_deadline__gt=now, matches__overwrite_deadline__lte=half)
    return (long_ago & near) | (nearer & Q(matches__overwrite_deadline__lte=soon))
