"""What a partner's page has to know first, in one query: for whom the person acts, which terms and requests wait, and
whether somebody else entered cameras for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db.models import BigIntegerField, CharField, DateTimeField, Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.prepared import Given, PreparedQuery
from apps.footage_requests.waiting import count_waiting, first_overwritten, waiting_of
from apps.notifications.models import UnreachableAddress
from apps.notifications.services import digest_of_address, stopped_for
from apps.partners.models import Membership, Partner
from apps.partners.policies import current_memberships, is_registrant
from apps.partners.selectors import by_choice
from apps.prospects.access import invitations_of, invitations_to
from apps.prospects.digests import email_key
from apps.prospects.models import OwnerInvitation
from apps.terms.models import TermsVersion
from apps.terms.selectors import coming_terms_to_tell, has_coming, has_outstanding, outstanding_terms

_MEMBERSHIPS = PreparedQuery(
    lambda: by_choice(current_memberships(Given("user", BigIntegerField()))).annotate(
        terms_outstanding=has_outstanding("partner_id"),
        terms_coming=has_coming("partner_id"),
        entered=Exists(invitations_to(Given("email_key", CharField()))),
        requests_waiting=count_waiting("partner_id", Given("now", DateTimeField())),
        mail_stopped=Exists(
            UnreachableAddress.objects.filter(
                recipient_digest=Given("mail_digest", CharField()), stopped_at__isnull=False
            )
        ),
    )
)


def memberships_of_page(request: HttpRequest) -> list[Membership]:
    """The person's memberships, the one chosen last first: read once for view, head and lists of a page."""
    known: list[Membership] | None = getattr(request, "memberships_by_choice", None)
    if known is None:
        # An error page may be made before anybody was looked for.
        user = getattr(request, "user", None)
        known = []
        if user is not None and is_registrant(user):
            now = timezone.now()
            digests = {"email_key": email_key(user.email), "mail_digest": digest_of_address(user.email)}
            known = list(_MEMBERSHIPS.given(user=user.pk, now=now, **digests))
            for row in known:
                if row.only_sites and row.requests_waiting:  # type: ignore[attr-defined]
                    row.requests_waiting = _waiting_at_sites(row, now)  # type: ignore[attr-defined]
        request.memberships_by_choice = known  # type: ignore[attr-defined]
    return known


def has_outstanding_terms(request: HttpRequest, partner: Partner) -> bool:
    """Whether this partner of the page has yet to accept something that is in force."""
    row = _row_of(request, partner)
    return bool(outstanding_terms(partner)) if row is None else row.terms_outstanding  # type: ignore[attr-defined]


def terms_ahead(request: HttpRequest, partner: Partner | None) -> list[TermsVersion]:
    """The announced terms that the page speaks of: those of its partner, else of the one chosen last."""
    rows = [row.partner for row in memberships_of_page(request) if row.partner.left_at is None]
    partner = partner or next(iter(rows), None)
    if partner is None:
        return []
    row = _row_of(request, partner)
    # Announcements are rare.
    if row is not None and not row.terms_coming:  # type: ignore[attr-defined]
        return []
    return coming_terms_to_tell(partner)


def entered_for_me(request: HttpRequest, user: User) -> Iterable[OwnerInvitation]:
    """Cameras that others entered for this person of the page, which wait for an answer."""
    rows = memberships_of_page(request)
    return () if rows and not rows[0].entered else invitations_of(user)  # type: ignore[attr-defined]


def requests_waiting(request: HttpRequest) -> int:
    """How many requests wait for an answer of the partners for whom the person acts."""
    return sum(row.requests_waiting for row in memberships_of_page(request))  # type: ignore[attr-defined]


def mail_trouble(request: HttpRequest) -> UnreachableAddress | None:
    """Why the person's address gets no letters of ours; None if it does."""
    rows = memberships_of_page(request)
    if not rows or not rows[0].mail_stopped:  # type: ignore[attr-defined]
        return None
    return stopped_for(digest_of_address(cast(User, request.user).email))


def first_overwritten_of(request: HttpRequest) -> datetime | None:
    """When the first recording that they ask for may be overwritten (UTC); asked once, only where something waits."""
    if not hasattr(request, "first_overwritten"):
        waiting = [row.pk for row in memberships_of_page(request) if row.requests_waiting]  # type: ignore[attr-defined]
        members = Membership.objects.filter(pk__in=waiting)
        first = first_overwritten(members, timezone.now()) if waiting else None
        request.first_overwritten = first  # type: ignore[attr-defined]
    found: datetime | None = request.first_overwritten  # type: ignore[attr-defined]
    return found


def time_left(request: HttpRequest) -> str:
    """How long that recording is still there, in the fewest words: “40 min”, “5 h”, “3 d”. Empty where none is."""
    first = first_overwritten_of(request)
    if first is None:
        return ""
    minutes = max(int((first - timezone.now()).total_seconds() // 60), 1)
    if minutes < 120:
        return _("%(n)d min") % {"n": minutes}
    hours = minutes // 60
    return _("%(n)d h") % {"n": hours} if hours < 48 else _("%(n)d d") % {"n": hours // 24}


def _waiting_at_sites(row: Membership, now: datetime) -> int:
    """The same for a responder who answers for some sites only: few are, so the query of every page asks for all."""
    matches = waiting_of(Membership.objects.filter(pk=row.pk), now)
    return matches.order_by().values("invitation").distinct().count()


def _row_of(request: HttpRequest, partner: Partner) -> Membership | None:
    return next((row for row in memberships_of_page(request) if row.partner_id == partner.pk), None)
