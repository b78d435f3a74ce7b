"""Recording the staff's sign-ins and what belongs to them (CJIS AU-2, AU-3)."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.mailboxes import user_of_mailbox
from apps.accounts.models import USES, EventKind, SignInEvent, User, normalize_email
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


def record_event(
    *, request: HttpRequest | None, kind: EventKind, succeeded: bool, user: User | None, detail: str = ""
) -> SignInEvent:
    """Keep one event. Without a staff account it names nobody, and only the network from which it came."""
    person = user if user is not None and user.is_staff else None
    source = _address(request)
    return SignInEvent.objects.create(
        kind=kind,
        succeeded=succeeded,
        user=person,
        page=_page(request),
        network=network_of(source),
        source=source if person is not None else "",
        detail=detail[:64],
    )


def staff_of_address(email: str) -> User | None:
    """The staff account that signs in with this address, active or not."""
    found = user_of_mailbox(normalize_email(email))
    return found if found is not None and found.is_staff else None


def network_of(address: str) -> str:
    """The first three parts of an IPv4 address, the first three groups of an IPv6 one: a neighborhood, not a house."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def last_use_of(user: User) -> datetime:
    """When the person last proved who they are, UTC: the newest success, else the making of the account."""
    uses = SignInEvent.objects.filter(user=user, succeeded=True, kind__in=USES)
    newest = uses.order_by("-at").values_list("at", flat=True).first()
    return max(moment for moment in (user.date_joined, user.last_login, newest) if moment is not None)


def erase_old_events(*, now: datetime | None = None) -> int:
    """Take away events older than SIGN_IN_EVENT_DAYS (CJIS AU-11: at least a year) and say so in the ledger.

    Returns how many there were. A repeat finds none and writes nothing.
    """
    before = (now or timezone.now()) - timedelta(days=max(366, settings.SIGN_IN_EVENT_DAYS))
    with transaction.atomic():
        gone, _each = SignInEvent.objects.filter(at__lt=before).delete()
        if gone:
            ledger.record(
                "sign_in_events.erased",
                Subject.of("sign_in_events", "all"),
                Actor.system("retention"),
                before=before.isoformat(),
                events=gone,
            )
    return gone


def _page(request: HttpRequest | None) -> str:
    match: Any = getattr(request, "resolver_match", None)
    return str(match.view_name)[:120] if match is not None else ""


def _address(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""
