"""Reads of calls."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.calls.models import Call, WallScreen
from apps.calls.policies import calls_on_wall, shared_calls, viewable_calls
from apps.calls.states import OPEN_STATES
from apps.core.errors import NotFound
from apps.core.reading import asked_once

# A closed call stays on the board for a while, so that nobody wonders where it went.
JUST_CLOSED = timedelta(minutes=15)
# Of a person's own agencies; as many again of those that share.
BOARD_MOST = 200
_MOST_URGENT = ("priority", "-received_at", "-pk")


def _first(calls: QuerySet[Call]) -> QuerySet[Call]:
    return calls.filter(_on_board()).order_by(*_MOST_URGENT)[:BOARD_MOST]


def board_calls(user: Person) -> QuerySet[Call]:
    """Open calls and those closed a moment ago: the most urgent first, then the newest.

    Those of agencies that share theirs are among them, and take no place from the person's own.
    """
    return _board(viewable_calls(user), shared_calls(user))


def wall_calls(screen: WallScreen) -> QuerySet[Call]:
    """The same for a screen on the wall: of its agency, and of those that share theirs with it."""
    return _board(*calls_on_wall(screen))


def _board(own: QuerySet[Call], shared: QuerySet[Call]) -> QuerySet[Call]:
    shown = Q(pk__in=_first(own).values("pk")) | Q(pk__in=_first(shared).values("pk"))
    return Call.objects.filter(shown).select_related("agency", "entered_by").order_by(*_MOST_URGENT)


def active_calls(user: Person) -> QuerySet[Call]:
    """Calls for whose place somebody may need access: on the board, and with a place."""
    board = viewable_calls(user).filter(_on_board(), latitude__isnull=False).select_related("agency")
    return board.order_by("priority", "-received_at", "-pk")


def is_active(call: Call) -> bool:
    """Whether a call is on the board and has a place."""
    return Call.objects.filter(_on_board(), pk=call.pk, latitude__isnull=False).exists()


def _on_board() -> Q:
    return Q(state__in=OPEN_STATES) | Q(changed_at__gte=timezone.now() - JUST_CLOSED)


def get_call_for(user: Person, public_id: UUID | str) -> Call:
    """Raises NotFound for a call of another agency."""
    rows = viewable_calls(user).select_related("agency", "entered_by").filter(public_id=public_id)
    call = asked_once(("call", user.pk, str(public_id)), rows.first)
    if call is None:
        raise NotFound(_("There is no such call among those of your agencies."))
    return call


def get_read_call_for(user: Person, public_id: UUID | str) -> Call:
    """A call to read: also one on the board that another agency shares. Raises NotFound for any other."""
    rows = shared_calls(user).filter(_on_board()).select_related("agency", "entered_by")
    return rows.filter(public_id=public_id).first() or get_call_for(user, public_id)
