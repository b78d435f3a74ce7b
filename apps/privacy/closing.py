"""Closing an account, keeping it after all, and erasing it: each app erases its own, this joins them."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts import closing as accounts
from apps.accounts.api_keys import revoke_keys_of
from apps.accounts.models import User
from apps.cameras.services.erasing import erase_cameras, erase_drafts_of
from apps.conversations.services import erase_conversations
from apps.core.locks import locked
from apps.disclosure.services.export_deciding import end_exports_with_places_of
from apps.evidence.services.contacts import (
    contact_needed_until,
    erase_kept_contacts,
    erase_loose_uploads,
    keep_witness_contact,
)
from apps.evidence.services.pieces import erase_pieces
from apps.footage_requests.services.erasing import erase_answers
from apps.imports.services import erase_imports_of
from apps.ledger.values import Actor
from apps.notifications.erasing import erase_messages
from apps.notifications.services import queue_message
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.services import hold_partners_of, leave_partner, leave_program, rejoin, return_to_program
from apps.partners.services.erasing import end_memberships_of, erase_offers_to, erase_partner, partners_to_erase
from apps.prospects.services import erase_entries_about, erase_offers, withdraw_offers_to
from apps.texting.services import erase_texting

logger = logging.getLogger(__name__)


def close_account(*, user: User, actor: Actor) -> User:
    """Leave every partner and begin the grace period; one mail says what goes, what stays, and how to undo it.

    Where the person is the last owner, the partner leaves the program; elsewhere the others go on without the person.
    Closing twice is closing once. Raises NotAllowed for staff.
    """
    with transaction.atomic():
        closed = accounts.close_account(user=user, actor=actor)
        if user.closed_at is not None or closed.closed_at is None or closed.erase_at is None:
            return closed
        _leave_partners_of(user, actor)
        _write(closed, "account_closed", _("Your account is closed"), str(closed.closed_at.timestamp()))
        return closed


def _leave_partners_of(user: User, actor: Actor) -> None:
    hold_partners_of(user)
    for partner in partners_that_would_leave(user):
        leave_program(partner=partner, user=user, actor=actor)
    for membership in Membership.objects.filter(user=user, ended_at__isnull=True).select_related("partner"):
        if membership.partner.left_at is None:
            leave_partner(partner=membership.partner, user=user, actor=actor, may_return=True)
    revoke_keys_of(user=user, actor=actor)


def keep_account(*, user: User, actor: Actor) -> bool:
    """Undo `close_account`: partners that left by it take part again, and the person is back where others stayed.

    Says whether there was something to undo: not after the grace period.
    """
    with transaction.atomic():
        closed_at = locked(User.objects).get(pk=user.pk).closed_at
        if closed_at is None or not accounts.keep_account(user=user, actor=actor):
            return False
        hold_partners_of(user)
        for membership in Membership.objects.filter(user=user).select_related("partner").order_by("pk"):
            left_at = membership.partner.left_at
            if membership.ended_at is None and left_at is not None and left_at >= closed_at:
                return_to_program(partner=membership.partner, user=user, actor=actor)
            elif membership.may_return:
                rejoin(membership=membership, actor=actor)
        user.refresh_from_db()
        _write(user, "account_kept", _("Your account stays open"), str(closed_at.timestamp()))
        return True


def is_last_owner(membership: Membership) -> bool:
    """Whether nobody else owns this partner, which has not left."""
    if membership.role != MemberRole.OWNER or membership.partner.left_at is not None:
        return False
    owners = Membership.objects.filter(
        partner=membership.partner, role=MemberRole.OWNER, ended_at__isnull=True, user__is_active=True
    )
    return not owners.exclude(user=membership.user).filter(user__closed_at__isnull=True).exists()


def partners_that_would_leave(user: User) -> list[Partner]:
    """The partners that leave the program if this person closes the account now."""
    memberships = Membership.objects.filter(user=user, ended_at__isnull=True).select_related("partner")
    return [membership.partner for membership in memberships.order_by("pk") if is_last_owner(membership)]


def kept_for_court(user: User) -> datetime | None:
    """Until when name and e-mail address are kept for evidence that the person's partners gave; None without any."""
    owned = Partner.objects.filter(
        pk__in=Membership.objects.filter(user=user, role=MemberRole.OWNER, ended_at__isnull=True).values("partner")
    )
    until = [moment for moment in map(contact_needed_until, owned) if moment and moment > timezone.now()]
    return max(until, default=None)


def erase_due(*, seconds: float = 240) -> int:
    """Erase every account whose grace period is over, and witness contacts whose time has come; returns how many.

    Stops after about `seconds`; what is left waits for the next run. One account that fails does not hold up others.
    """
    until = time.monotonic() + seconds
    actor = Actor.system("worker")
    erased = erase_kept_contacts(actor=actor)
    due = User.objects.filter(erase_at__lte=timezone.now(), erased_at__isnull=True)
    for user in due.order_by("erase_at", "pk")[:500]:
        if time.monotonic() > until:
            break
        try:
            erased += erase_account(user=user)
        except Exception:
            logger.exception("Erasing account %s failed; it is tried again.", user.public_id)
    return erased


def erase_account(*, user: User) -> bool:
    """Erase the person and the partners that are nobody's but theirs. Says whether the account was due and is erased.

    Every step is a transaction of its own and does nothing the second time; the last one makes the account no longer
    due. Killed anywhere, the next call goes on. The receipts that the owner kept still verify: what they cite stays.
    """
    started = accounts.start_erasing(user=user)
    if started is None:
        return False
    actor = Actor.system("worker")
    for partner in list(partners_to_erase(started)):
        _erase_all_of(partner, actor)
    erase_drafts_of(user=started)
    addresses = {started.email, *addresses_of(started)}
    erase_offers_to(user=started, addresses=addresses, actor=actor)
    erase_entries_about(addresses=addresses, actor=actor)
    withdraw_offers_to(addresses=addresses, actor=actor)
    erase_messages(addresses=addresses, public_id=started.public_id)
    erase_texting(user=started)
    end_memberships_of(user=started)
    return accounts.erase_person(user=started, actor=actor)


def _erase_all_of(partner: Partner, actor: Actor) -> bool:
    keep_witness_contact(partner=partner, actor=actor)
    erase_imports_of(partner=partner, actor=actor)
    erase_offers(partner=partner, actor=actor)
    erase_cameras(partner=partner, actor=actor)
    end_exports_with_places_of(partner=partner, actor=actor)
    erase_answers(partner=partner, actor=actor)
    erase_pieces(partner=partner, actor=actor)
    erase_conversations(partner=partner)
    erase_loose_uploads(partner=partner, actor=actor)
    return erase_partner(partner=partner, actor=actor)


def erase_account_again(*, user: User, actor: Actor) -> bool:
    """Erase somebody of whom a database that was put back does not know it: without a grace period or a letter.

    Says whether it did anything. Can be killed and repeated. Raises NotAllowed for staff.
    """
    if user.erased_at is not None:
        return False
    with transaction.atomic():
        accounts.close_account(user=user, actor=actor, at_once=True)
        _leave_partners_of(user, actor)
    user.refresh_from_db()
    return erase_account(user=user)


def erase_partner_again(*, partner: Partner, actor: Actor) -> bool:
    """The same for a partner whose owners all left it. Says whether it did anything."""
    owner = Membership.objects.filter(partner=partner, role=MemberRole.OWNER, ended_at__isnull=True).first()
    if owner is not None and partner.left_at is None and partner.erased_at is None:
        leave_program(partner=partner, user=owner.user, actor=actor)
    return _erase_all_of(partner, actor)


def addresses_of(user: User) -> list[str]:
    """Every address that the person signs in with or asked to."""
    return list(EmailAddress.objects.filter(user=user).values_list("email", flat=True))


def _write(user: User, kind: str, subject: str, once: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "person": user,
            "erase_at": user.erase_at,
            "kept_until": kept_for_court(user),
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        queue_message(
            kind=f"account.{kind}",
            recipient=user.email,
            subject=subject,
            text=render_to_string(f"emails/privacy/{kind}.txt", context),
            dedupe_key=f"account.{kind}:{user.public_id}:{once}",
        )
