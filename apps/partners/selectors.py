"""Reads of partners, their people and their consents."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.partners import policies
from apps.partners.models import Consent, Membership, Partner


def partners_of(user: Person) -> QuerySet[Partner]:
    """The partners for which the person acts, the oldest first; those that left the program too."""
    return policies.partners_for(user).order_by("pk")


def get_partner_for(user: Person, public_id: UUID | str) -> Partner:
    """The partner, if the person may see it. Raises NotFound otherwise."""
    partner = policies.viewable_partners(user).filter(public_id=public_id).first()
    if partner is None:
        raise NotFound(_("There is no such partner among yours."))
    return partner


def consented_agencies(partner: Partner) -> QuerySet[Agency]:
    """The agencies that may ask this partner now."""
    current = Consent.objects.filter(partner=partner, withdrawn_at__isnull=True)
    return Agency.objects.filter(pk__in=current.values("agency_id"))


def members_of(partner: Partner) -> QuerySet[Membership]:
    """The people who act for the partner now, the oldest membership first."""
    rows = Membership.objects.filter(partner=partner, ended_at__isnull=True, user__is_active=True)
    return rows.select_related("user").order_by("pk")


def contacts_of(partner_ids: Iterable[int]) -> dict[int, list[User]]:
    """Whom to write to, by partner's key: everybody who acts for it now, the oldest membership first; one query."""
    rows = (
        Membership.objects.filter(partner_id__in=list(partner_ids), ended_at__isnull=True, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    contacts: dict[int, list[User]] = {}
    for membership in rows:
        contacts.setdefault(membership.partner_id, []).append(membership.user)
    return contacts


def not_paused(partner: str = "") -> Q:
    """The condition that no pause lasts now; `partner` leads to the partner from the rows that are filtered."""
    path = f"{partner}__" if partner else ""
    return Q(**{f"{path}paused_at__isnull": True}) | Q(**{f"{path}paused_until__lte": timezone.now()})
