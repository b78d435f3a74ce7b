"""Third chapter: a shop gets more people, homes say that they belong to an association, one person acts for two."""

from __future__ import annotations

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.demo import people
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import person
from apps.demo.keys import key
from apps.demo.register import plan_partners
from apps.partners.models import MemberInvitation, MemberRole, Membership, Partner, PartnerKind
from apps.partners.services import accept_invitation, affiliate, choose_partner, invite_member, renew_join_code

HOMES, READERS = 27, 11


def gather_people(calendar: Calendar) -> None:
    """Members and an open invitation for the shop, members for the association."""
    pat, shop = _owned(people.BUSINESS[0], PartnerKind.BUSINESS)
    rosa, home = _owned(people.RESIDENT[0], PartnerKind.RESIDENT)
    with as_of(calendar.at(-5, 9)):
        _join(shop, pat, rosa, MemberRole.MANAGER)
        counter = person(*people.RESPONDER, password=people.PASSWORD)
        _join(shop, pat, counter, MemberRole.RESPONDER)
    with as_of(calendar.at(-5, 10)):
        # Her own home stays what she sees first; the shop is one tap away.
        choose_partner(user=rosa, partner=home)
    with as_of(calendar.at(-1, 16)):
        _invite(shop, pat, people.INVITED, MemberRole.RESPONDER)
    _belong(calendar)


def _belong(calendar: Calendar) -> None:
    kim, association = _owned(people.ASSOCIATION[0], PartnerKind.ASSOCIATION)
    addresses = [plan.email for plan in plan_partners() if plan.kind == PartnerKind.RESIDENT][:HOMES]
    with as_of(calendar.at(-15, 11)):
        code = renew_join_code(association=association, user=kim, actor=actor_for(kim)).code
        for number, address in enumerate(addresses):
            user, home = _owned(address, PartnerKind.RESIDENT)
            affiliate(partner=home, code=code, wants_appeals=number < READERS, user=user, actor=actor_for(user))


def _owned(email: str, kind: str) -> tuple[User, Partner]:
    row = Membership.objects.select_related("partner", "user").get(
        user__email=email, role=MemberRole.OWNER, partner__kind=kind, ended_at__isnull=True
    )
    return row.user, row.partner


def _invite(shop: Partner, owner: User, email: str, role: str) -> MemberInvitation:
    return invite_member(
        partner=shop,
        email=email,
        role=role,
        language="en",
        user=owner,
        request_key=key(f"invite:{email}"),
        actor=actor_for(owner),
    )


def _join(shop: Partner, owner: User, user: User, role: str) -> None:
    accept_invitation(invitation=_invite(shop, owner, user.email, role), user=user, actor=actor_for(user))
