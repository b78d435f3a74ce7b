"""For which partners a person acts, and for which one now: what the head of each page and the account's page show."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.partners.models import Membership, Partner
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import partners_of


@dataclass(frozen=True, slots=True)
class ActingFor:
    """One of the person's partners."""

    membership: Membership
    is_current: bool

    @property
    def public_id(self) -> UUID:
        return self.membership.partner.public_id

    @property
    def name(self) -> str:
        return str(self.membership.partner.name)

    @property
    def kind(self) -> str:
        return str(self.membership.partner.kind)

    @property
    def kind_words(self) -> str:
        return self.membership.partner.get_kind_display()

    @property
    def role_words(self) -> str:
        return self.membership.get_role_display()

    @property
    def manages(self) -> bool:
        """Whether the person runs this account, not only answers for it."""
        return self.membership.role in MANAGING_ROLES


@dataclass(frozen=True, slots=True)
class Acting:
    """The partner of the page and all between which the person can switch, the current one first."""

    partners: tuple[ActingFor, ...] = ()

    @property
    def current(self) -> ActingFor | None:
        return next((one for one in self.partners if one.is_current), None)

    @property
    def several(self) -> bool:
        return len(self.partners) > 1


def acting_of(memberships: list[Membership], page_partner: Partner | None = None) -> Acting:
    """What the head of a page shows; `page_partner` is whom the page is about, else whom the person chose last."""
    rows = [row for row in memberships if row.partner.left_at is None]
    current = page_partner.pk if page_partner else rows[0].partner_id if rows else None
    found = [ActingFor(row, row.partner_id == current) for row in rows]
    return Acting(tuple(sorted(found, key=lambda one: not one.is_current)))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose requests or gifts a list shows: one partner's, or those of all the person's partners."""

    partner: Partner | None
    has_others: bool

    @property
    def every(self) -> bool:
        return self.partner is None

    def of(self, user: User) -> QuerySet[Partner]:
        """The partners whose rows are listed; also those that left the program, where all are asked for."""
        rows = partners_of(user)
        return rows.filter(pk=self.partner.pk) if self.partner else rows


def scope_for(memberships: list[Membership], partner: Partner | None, *, every: bool) -> Scope:
    """The page's partner, or all where that was asked for or where the person acts for none now."""
    has_others = len(memberships) > 1
    return Scope(partner=None if every or not has_others else partner, has_others=has_others)
