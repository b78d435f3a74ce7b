"""Calls for service as dispatch would report them: some open now, one just closed, one that nobody could place."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.agencies.models import Agency
from apps.calls.facts import CallFacts
from apps.calls.services import take_call
from apps.calls.states import CallState
from apps.ledger.values import Actor

# Agency, what happened, priority, where, latitude, longitude, minutes ago, state.
_CALLS: tuple[tuple[str, str, int, str, float | None, float | None, int, CallState], ...] = (
    ("TPD", "Robbery in progress", 1, "W Tennessee St & N Macomb St", 30.44663, -84.28905, 4, CallState.ACTIVE),
    ("TPD", "Hit and run with injuries", 2, "Thomasville Rd & Betton Rd", 30.4625, -84.2714, 11, CallState.ACTIVE),
    ("TPD", "Burglary, just discovered", 4, "N Meridian Rd", 30.4620, -84.2770, 26, CallState.WAITING),
    ("TPD", "Vehicle broken into", 6, "S Adams St", 30.4330, -84.2810, 48, CallState.WAITING),
    ("TPD", "Suspicious person", 5, "caller hung up, no address", None, None, 7, CallState.WAITING),
    ("TPD", "Alarm at a shop", 5, "Apalachee Pkwy", 30.4372, -84.2560, 70, CallState.CLOSED),
    ("LCSO", "Missing person, elderly", 2, "Bannerman Rd", 30.5700, -84.2700, 33, CallState.ACTIVE),
    ("LCSO", "Crash with injuries", 3, "Mahan Dr", 30.4720, -84.1700, 15, CallState.ACTIVE),
    ("FSU-PD", "Bicycle stolen", 7, "W Call St", 30.4437, -84.2970, 52, CallState.WAITING),
)


def report_calls() -> None:
    """Report them as of now: a board lives in the present, whatever the demo's anchor."""
    now = timezone.now()
    agencies = {agency.short_name: agency for agency in Agency.objects.all()}
    for index, (agency, nature, priority, address, latitude, longitude, ago, state) in enumerate(_CALLS, start=1):
        received = now - timedelta(minutes=ago)
        facts = CallFacts.checked(
            number=f"{agency[:1]}{now:%y%j}-{index:04d}",
            nature=nature,
            priority=priority,
            address=address,
            latitude=latitude,
            longitude=longitude,
            state=state,
            received_at=received,
            changed_at=now - timedelta(minutes=2) if state == CallState.CLOSED else received,
        )
        take_call(agency=agencies[agency], facts=facts, actor=Actor.system("dispatch"))
