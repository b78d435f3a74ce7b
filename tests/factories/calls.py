"""Calls for service for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from apps.agencies.models import Agency
from apps.calls.facts import CallFacts
from apps.calls.models import Call
from apps.calls.services import take_call
from apps.ledger.values import Actor

_numbers = count(1)
DISPATCH = Actor.system("dispatch")
PLACE = (30.4383, -84.2807)


def call_facts(**said: Any) -> CallFacts:
    """What dispatch says of a robbery downtown, with `said` in place of the usual."""
    usual = {
        "number": f"P26-{next(_numbers):06d}",
        "nature": "Robbery in progress",
        "priority": 1,
        "address": "100 Monroe Street",
        "latitude": PLACE[0],
        "longitude": PLACE[1],
        "received_at": timezone.now(),
    }
    return CallFacts.checked(**(usual | said))


def call_of(agency: Agency, **said: Any) -> Call:
    """A call that dispatch reported."""
    return take_call(agency=agency, facts=call_facts(**said), actor=DISPATCH).call
