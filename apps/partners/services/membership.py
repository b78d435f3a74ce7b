"""The people of a partner: other roles, handing over, removing, leaving, and for which partner one acts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners import policies
from apps.partners.messages import tell_member
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.services.invitations import withdraw_beyond_rights
from apps.partners.signals import management_ended, member_left


def choose_partner(*, user: User, partner: Partner) -> Membership:
    """From now on the person's pages are this partner's. Raises NotFound for a partner that is not the person's.

    No ledger entry: like a language it is a preference of the account and touches nothing that evidence cites.
    """
    membership = policies.memberships_of(user).filter(partner=partner).first()
    if membership is None:
        raise NotFound(_("There is no such partner among yours."))
    membership.chosen_at = timezone.now()
    membership.save(update_fields=["chosen_at"])
    return membership


def change_role(*, membership: Membership, role: str, user: User, actor: Actor) -> Membership:
    """Give a member another role. The same role again changes nothing.

    Only owners do. Raises NotFound, NotAllowed, InvalidInput, WrongState (`last_owner`: an account has an owner).
    """
    if role not in MemberRole.values:
        sentence = _("Choose one of the roles.")
        raise InvalidInput.about("role", sentence)
    with transaction.atomic():
        member = _locked(membership)
        policies.check_owns(user, member.partner)
        before = member.role
        if before == role:
            return member
        if before == MemberRole.OWNER:
            _check_another_owner(member)
        _set_role(member, role)
        entry = ledger.record(
            "membership.role_changed",
            Subject.of("membership", member.public_id),
            actor,
            partner=str(member.partner.public_id),
            role=role,
            role_before=before,
        )
        withdraw_beyond_rights(partner=member.partner, person=member.user, actor=actor)
        if before in policies.MANAGING_ROLES and role not in policies.MANAGING_ROLES:
            management_ended.send(sender=Membership, membership=member, actor=actor)
        if member.user_id != user.pk:
            tell_member("role_changed", member, by=user, entry=entry)
        return member


def hand_over(*, membership: Membership, user: User, actor: Actor) -> Membership:
    """The owner makes another member the owner and stays as a manager; one act, so there is never none.

    Repeating it is refused, because who did it owns the account no more. Raises NotFound, NotAllowed, WrongState.
    """
    with transaction.atomic():
        heir = _locked(membership)
        policies.check_owns(user, heir.partner)
        if heir.user_id == user.pk:
            raise WrongState(_("You own this account already. Choose somebody else."), code="self")
        if not _can_act(heir):
            raise WrongState(_("This person can no longer sign in. Choose somebody else."), code="inactive")
        own = Membership.objects.get(partner=heir.partner, user=user, ended_at__isnull=True)
        before = heir.role
        _set_role(heir, MemberRole.OWNER)
        _set_role(own, MemberRole.MANAGER)
        entry = ledger.record(
            "membership.handed_over",
            Subject.of("membership", heir.public_id),
            actor,
            partner=str(heir.partner.public_id),
            role_before=before,
            from_membership=str(own.public_id),
        )
        withdraw_beyond_rights(partner=heir.partner, person=user, actor=actor)
        tell_member("handed_over", heir, by=user, entry=entry)
        return heir


def remove_member(*, membership: Membership, user: User, actor: Actor) -> Membership:
    """End somebody else's membership. From then on the partner is out of the person's reach, by page and by key.

    Somebody who closed their account, and could come back by keeping it, is removed for good. The account stays the
    person's own. Removing again changes nothing. Raises NotFound, NotAllowed, WrongState.
    """
    with transaction.atomic():
        member = _locked(membership)
        policies.check_may_steer(user, member.partner, member.role)
        if member.user_id == user.pk:
            raise WrongState(_("To go yourself, use “Leave”."), code="self")
        if member.ended_at is not None and not member.may_return:
            return member
        if member.ended_at is not None:
            member.may_return = False
            member.save(update_fields=["may_return"])
            entry = ledger.record(
                "membership.removed",
                Subject.of("membership", member.public_id),
                actor,
                partner=str(member.partner.public_id),
                role=member.role,
            )
        else:
            if member.role == MemberRole.OWNER:
                _check_another_owner(member)
            entry = _end(member, actor, "membership.removed")
        tell_member("removed", member, by=user, entry=entry)
        return member


def leave_partner(*, partner: Partner, user: User, actor: Actor, may_return: bool = False) -> Membership:
    """The person no longer acts for the partner. The last owner first hands over, or leaves the program.

    `may_return` says that the person closes their account: keeping it brings the membership back (`rejoin`). Raises
    NotFound for somebody who does not act for it (also the second time), WrongState (`last_owner`).
    """
    with transaction.atomic():
        locked(Partner.objects).get(pk=partner.pk)
        own = policies.memberships_of(user).select_related("partner", "user").filter(partner=partner).first()
        if own is None:
            raise NotFound(_("There is no such partner among yours."))
        if own.role == MemberRole.OWNER:
            _check_another_owner(own)
        own.may_return = may_return
        _end(own, actor, "membership.left")
        return own


def hold_partners_of(user: User) -> None:
    """Lock every partner for which the person acts or acted, for an act on several of them."""
    theirs = Membership.objects.filter(user=user)
    list(locked(Partner.objects).filter(pk__in=theirs.values("partner")).only("pk"))


def _locked(membership: Membership) -> Membership:
    """The membership as it is now, under the partner's lock: two owners who act at once come one after the other."""
    locked(Partner.objects).get(pk=membership.partner_id)
    return Membership.objects.select_related("partner", "user").get(pk=membership.pk)


def _check_another_owner(membership: Membership) -> None:
    """Raise WrongState unless somebody else owns the account and can sign in."""
    others = Membership.objects.filter(
        partner_id=membership.partner_id,
        role=MemberRole.OWNER,
        ended_at__isnull=True,
        user__is_active=True,
        user__is_staff=False,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise WrongState(
            _("This is the last owner. First hand the account over to another member, or leave the program with it."),
            code="last_owner",
        )


def _can_act(membership: Membership) -> bool:
    return membership.ended_at is None and membership.user.is_active and not membership.user.is_staff


def _set_role(membership: Membership, role: str) -> None:
    if membership.ended_at is not None:
        raise WrongState(_("This person has left the account."), code="ended")
    membership.role = role
    membership.only_sites = False  # owners and managers run all of it; a new responder begins with every site
    membership.save(update_fields=["role", "only_sites"])


def _end(membership: Membership, actor: Actor, action: str) -> Entry:
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at", "may_return"])
    entry = ledger.record(
        action,
        Subject.of("membership", membership.public_id),
        actor,
        partner=str(membership.partner.public_id),
        role=membership.role,
    )
    withdraw_beyond_rights(partner=membership.partner, person=membership.user, actor=actor)
    member_left.send(sender=Membership, membership=membership, actor=actor)
    if membership.role in policies.MANAGING_ROLES:
        management_ended.send(sender=Membership, membership=membership, actor=actor)
    return entry
