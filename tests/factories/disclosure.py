"""Public records requests, made through the real services."""

from __future__ import annotations

from typing import Any

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.disclosure.models import RecordsRequest
from apps.disclosure.services import take_records_request
from apps.disclosure.states import Channel

WORDING = "All video of the fire on Monroe Street."


def taken_request(custodian: User, agency: Any, **said: Any) -> RecordsRequest:
    """A request as somebody at the counter made it."""
    usual = {"channel": Channel.IN_PERSON, "wording": WORDING}
    return take_records_request(user=custodian, agency=agency, **(usual | said))


def search_duty(custodian: User, agency: Any) -> Purpose:
    """The recorded reason without which nothing is searched."""
    return open_purpose(
        user=custodian,
        agency=agency,
        kind=PurposeKind.RECORDS_DUTY,
        access=AccessKind.RECORDS_SEARCH,
        reason="A records request.",
    )
