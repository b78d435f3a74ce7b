"""Who may see a partner, and who may act for one."""

from __future__ import annotations

from typing import TypeGuard

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import Person, serves_as
from apps.core.errors import NotAllowed, NotFound
from apps.core.prepared import Given
from apps.core.reading import asked_once
from apps.partners.models import (
    Affiliation,
    Consent,
    ForwardedAppeal,
    JoinCode,
    MemberInvitation,
    MemberRole,
    Membership,
    Partner,
    PartnerKind,
    SharedInbox,
)

# A responder answers requests; the register and the consents are for those who run the account.
MANAGING_ROLES = (MemberRole.OWNER, MemberRole.MANAGER)
# Whom one may invite, remove and change: an owner everybody, a manager those who only answer.
_MAY_STEER: dict[str, tuple[str, ...]] = {
    MemberRole.OWNER: (MemberRole.OWNER, MemberRole.MANAGER, MemberRole.RESPONDER),
    MemberRole.MANAGER: (MemberRole.RESPONDER,),
    MemberRole.RESPONDER: (),
}
_PROGRAM_ROLES = (Role.PROGRAM_MANAGER, Role.AUDITOR)


def is_registrant(user: Person) -> TypeGuard[User]:
    """Staff accounts hold no membership; if one was made a staff account later, it counts no more."""
    return isinstance(user, User) and user.is_active and not user.is_staff


def memberships_of(user: Person, *roles: str) -> QuerySet[Membership]:
    """The person's current memberships, with one of `roles` if any is named."""
    if not is_registrant(user):
        return Membership.objects.none()
    rows = current_memberships(user.pk)
    return rows.filter(role__in=roles) if roles else rows


def current_memberships(user: int | Given) -> QuerySet[Membership]:
    """The memberships of the registrant with this key that have not ended."""
    return Membership.objects.filter(user_id=user, ended_at__isnull=True)


def partners_for(user: Person, *roles: str) -> QuerySet[Partner]:
    """The partners for which the person acts now, in one of `roles` if any is named."""
    return partners_with(memberships_of(user, *roles))


def partners_with(memberships: QuerySet[Membership]) -> QuerySet[Partner]:
    """The partners of these memberships."""
    return Partner.objects.filter(Exists(memberships.filter(partner_id=OuterRef("pk"))))


def is_member(user: Person, partner: Partner, *roles: str) -> bool:
    """Say whether the person acts for this partner now, in one of `roles` if any is named."""
    mine = role_in(user, partner)
    return bool(mine) and (not roles or mine in roles)


def can_manage_partner(user: Person, partner: Partner) -> bool:
    """Owners and managers keep the register, the consents and the terms."""
    return is_member(user, partner, *MANAGING_ROLES)


def check_can_manage(user: Person, partner: Partner) -> None:
    """Raise NotFound for a person who does not act for this partner, NotAllowed for one who only answers requests."""
    if can_manage_partner(user, partner):
        return
    if is_member(user, partner):
        raise NotAllowed(_("Only an owner or a manager of this account may do that."), code="role")
    raise NotFound(_("There is no such partner among yours."))


def role_in(user: Person, partner: Partner) -> str:
    """The person's role in this partner now; empty for who has none."""
    rows = memberships_of(user).filter(partner_id=partner.pk).values_list("role", flat=True)
    return asked_once(("role_in", user.pk, partner.pk), lambda: rows.first() or "")


def owns_partner(user: Person, partner: Partner) -> bool:
    """Owners alone change roles, hand the account over and end the partner's part in the program."""
    return is_member(user, partner, MemberRole.OWNER)


def may_steer(user: Person, partner: Partner, role: str) -> bool:
    """Whether the person may invite, remove or change somebody of this role."""
    mine = role_in(user, partner)
    return bool(mine) and role in _MAY_STEER[mine]


def check_may_steer(user: Person, partner: Partner, role: str) -> None:
    """Raise NotFound for a person who does not act for the partner, NotAllowed for one who may not steer this role."""
    check_can_manage(user, partner)
    if not may_steer(user, partner, role):
        raise NotAllowed(_("Only an owner of this account may do that."), code="role")


def check_owns(user: Person, partner: Partner) -> None:
    """Raise NotFound for a person who does not act for the partner, NotAllowed for a person who does not own it."""
    if owns_partner(user, partner):
        return
    if is_member(user, partner):
        raise NotAllowed(_("Only an owner of this account may do that."), code="role")
    raise NotFound(_("There is no such partner among yours."))


def is_of_program(user: Person) -> bool:
    """Program managers and auditors of any agency: the register belongs to the program, not to one agency."""
    return serves_as(user, *_PROGRAM_ROLES)


def may_vouch(user: Person) -> bool:
    """Program managers say of a partner that the program knows who it is."""
    return serves_as(user, Role.PROGRAM_MANAGER)


def viewable_partners(user: Person) -> QuerySet[Partner]:
    """Registrants see their own; program managers and auditors see whom the program has, never where."""
    if not isinstance(user, User) or not user.is_active:
        return Partner.objects.none()
    if user.is_staff:
        return Partner.objects.all() if is_of_program(user) else Partner.objects.none()
    return partners_for(user)


def can_view_partner(user: Person, partner: Partner) -> bool:
    if isinstance(user, User) and user.is_active and user.is_staff:
        return is_of_program(user)
    return is_member(user, partner)


def viewable_consents(user: Person) -> QuerySet[Consent]:
    """People who see the partner see its consents."""
    partners = viewable_partners(user)
    return Consent.objects.none() if partners.query.is_empty() else Consent.objects.filter(partner__in=partners)


def can_view_consent(user: Person, consent: Consent) -> bool:
    return can_view_partner(user, consent.partner)


def viewable_memberships(user: Person) -> QuerySet[Membership]:
    """The people of a partner know each other, present and past; staff see them on the partner's own screen."""
    return Membership.objects.filter(partner__in=partners_for(user))


def can_view_membership(user: Person, membership: Membership) -> bool:
    return is_member(user, membership.partner)


def viewable_member_invitations(user: Person) -> QuerySet[MemberInvitation]:
    """Those who run the account see whom it invited: an invitation holds an address."""
    return MemberInvitation.objects.filter(partner__in=partners_for(user, *MANAGING_ROLES))


def can_view_member_invitation(user: Person, invitation: MemberInvitation) -> bool:
    return can_manage_partner(user, invitation.partner)


def viewable_inboxes(user: Person) -> QuerySet[SharedInbox]:
    """Those who run the account see which addresses get its letters."""
    return SharedInbox.objects.filter(partner__in=partners_for(user, *MANAGING_ROLES), ended_at__isnull=True)


def can_view_inbox(user: Person, inbox: SharedInbox) -> bool:
    return inbox.ended_at is None and can_manage_partner(user, inbox.partner)


def viewable_affiliations(user: Person) -> QuerySet[Affiliation]:
    """To which associations one's own partners belong. The association's contact sees counts, never a row."""
    return Affiliation.objects.filter(partner__in=partners_for(user))


def can_view_affiliation(user: Person, affiliation: Affiliation) -> bool:
    return is_member(user, affiliation.partner)


def led_associations(user: Person) -> QuerySet[Partner]:
    """The associations whose contact the person is: an owner or manager, while the association takes part."""
    return partners_for(user, *MANAGING_ROLES).filter(kind=PartnerKind.ASSOCIATION, left_at__isnull=True)


def leads_association(user: Person, partner: Partner) -> bool:
    """Say for one partner what `led_associations` says for many."""
    takes_part = partner.kind == PartnerKind.ASSOCIATION and partner.left_at is None
    return takes_part and can_manage_partner(user, partner)


def viewable_join_codes(user: Person) -> QuerySet[JoinCode]:
    """The association's contact prints it; everybody else gets it on paper."""
    return JoinCode.objects.filter(association__in=led_associations(user))


def can_view_join_code(user: Person, code: JoinCode) -> bool:
    return leads_association(user, code.association)


def viewable_forwarded_appeals(user: Person) -> QuerySet[ForwardedAppeal]:
    """What an association sent on is seen by its contacts, and by the people of the program."""
    if isinstance(user, User) and user.is_active and user.is_staff:
        return ForwardedAppeal.objects.all() if is_of_program(user) else ForwardedAppeal.objects.none()
    return ForwardedAppeal.objects.filter(association__in=led_associations(user))


def can_view_forwarded_appeal(user: Person, appeal: ForwardedAppeal) -> bool:
    if isinstance(user, User) and user.is_active and user.is_staff:
        return is_of_program(user)
    return leads_association(user, appeal.association)
