"""A person's sessions: which there are, and ending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.browsers import describe_browser
from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.ledger import services as ledger
from apps.ledger.values import Subject


@dataclass(frozen=True, slots=True)
class SeenSession:
    """One place where somebody is signed in. `is_this` marks the one that asks."""

    pk: int
    is_this: bool
    browser: str
    address: str
    since: datetime
    seen: datetime


def sessions_of(user: User, *, this: str | None) -> list[SeenSession]:
    """The person's living sessions: the one with the key `this` first, then the latest seen."""
    found = [
        SeenSession(
            pk=session.pk,
            is_this=session.session_key == this,
            browser=describe_browser(session.user_agent),
            address=session.ip,
            since=session.created_at,
            seen=session.last_seen_at,
        )
        for session in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda session: (session.is_this, session.seen), reverse=True)


def end_session(*, user: User, session_id: int) -> None:
    """Ends one session of the person's own, at once. Raises NotFound for what is not theirs or has ended."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise NotFound(_("This session has ended already."))
    _end(user, [session])


def end_other_sessions(*, user: User, this: str | None) -> int:
    """Ends every session of the person but the one with the key `this`; says how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=this))
    if others:
        _end(user, others)
    return len(others)


def _end(user: User, sessions: list[UserSession]) -> None:
    with transaction.atomic():
        for session in sessions:
            session.end()
        subject = Subject.of("user", user.public_id)
        ledger.record("sessions.ended", subject, actor_for(user), count=len(sessions))
