"""Pausing, leaving the program, and coming back from either."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies
from apps.partners.models import Consent, Membership, Partner

PAUSE_LONGEST_DAYS = 731


def pause_program(*, partner: Partner, user: User, until: datetime | None, actor: Actor) -> Partner:
    """From now on nobody asks this partner for anything: until `until` (UTC), or until it resumes if that is None.

    Open invitations stay answerable, because the partner may want to help with what was asked before; nobody reminds
    of them. Pausing again sets the new end; the same end again changes nothing. Raises NotFound or NotAllowed for
    people who do not run the account, WrongState if the partner left, InvalidInput for an end that is past or too far.
    """
    with transaction.atomic():
        partner = _locked(partner, user)
        now = timezone.now()
        if until is not None and not now < until <= now + timedelta(days=PAUSE_LONGEST_DAYS):
            sentence = _("Choose a day after today, at most two years ahead.")
            raise InvalidInput.about("until", sentence)
        if partner.is_paused and partner.paused_until == until:
            return partner
        if not partner.is_paused:
            partner.paused_at = now
        partner.paused_until = until
        partner.save(update_fields=["paused_at", "paused_until"])
        ledger.record(
            "partner.paused", Subject.of("partner", partner.public_id), actor, until=until.isoformat() if until else ""
        )
        return partner


def resume_program(*, partner: Partner, user: User, actor: Actor) -> Partner:
    """The pause ends now; one that has ended stays as it is. Raises as `pause_program` does."""
    with transaction.atomic():
        partner = _locked(partner, user)
        if not partner.is_paused:
            return partner
        partner.paused_until = timezone.now()
        partner.save(update_fields=["paused_until"])
        ledger.record("partner.resumed", Subject.of("partner", partner.public_id), actor)
        return partner


def leave_program(*, partner: Partner, user: User, actor: Actor) -> Partner:
    """The partner leaves: every consent ends, and none of its cameras is matched or shown to staff any more.

    Its people keep their access, so that they can still see what happened to the video that they gave. Leaving twice
    is leaving once. An owner decides that for everybody. Raises NotFound or NotAllowed for people who do not own the
    account.
    """
    with transaction.atomic():
        policies.check_owns(user, partner)
        partner = locked(Partner.objects).get(pk=partner.pk)
        if partner.left_at is not None:
            return partner
        partner.left_at = timezone.now()
        partner.save(update_fields=["left_at"])
        current = Consent.objects.filter(partner=partner, withdrawn_at__isnull=True)
        ledger.record(
            "partner.left",
            Subject.of("partner", partner.public_id),
            actor,
            consents_withdrawn=current.update(withdrawn_at=partner.left_at),
        )
        return partner


def return_to_program(*, partner: Partner, user: User, actor: Actor) -> Partner:
    """Undo leaving: the partner takes part again, and the agencies that leaving shut out may ask again.

    For the days in which a closed account can still be kept; to come back later, a partner joins again. A partner that
    has not left stays as it is. Raises NotFound or NotAllowed for people who do not run the account.
    """
    with transaction.atomic():
        policies.check_can_manage(user, partner)
        partner = locked(Partner.objects).get(pk=partner.pk)
        if partner.left_at is None:
            return partner
        ended = Consent.objects.filter(partner=partner, withdrawn_at=partner.left_at).select_related("agency")
        again = [consent.agency for consent in ended if consent.agency.is_active]
        partner.left_at = None
        partner.save(update_fields=["left_at"])
        Consent.objects.bulk_create(Consent(partner=partner, agency=agency) for agency in again)
        ledger.record(
            "partner.returned",
            Subject.of("partner", partner.public_id),
            actor,
            agencies=[str(agency.public_id) for agency in again],
        )
        return partner


def rejoin(*, membership: Membership, actor: Actor) -> Membership | None:
    """A person who keeps a closed account acts for the partner again, in the same role.

    None if the partner left, if the person acts for it already, or if the membership ended in another way than by
    closing the account: somebody who was removed meanwhile stays removed.
    """
    with transaction.atomic():
        partner = locked(Partner.objects).get(pk=membership.partner_id)
        ended = Membership.objects.select_related("user").get(pk=membership.pk)
        if not ended.may_return:
            return None
        ended.may_return = False
        ended.save(update_fields=["may_return"])
        if partner.left_at is not None or policies.is_member(ended.user, partner):
            return None
        again = Membership.objects.create(partner=partner, user=ended.user, role=ended.role)
        ledger.record(
            "partner.member_returned",
            Subject.of("partner", partner.public_id),
            actor,
            membership=str(again.public_id),
            role=again.role,
        )
        return again


def _locked(partner: Partner, user: User) -> Partner:
    policies.check_can_manage(user, partner)
    partner = locked(Partner.objects).get(pk=partner.pk)
    if partner.left_at is not None:
        raise WrongState(_("This partner has left the program."), code="left")
    return partner
