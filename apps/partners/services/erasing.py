"""Erasing a partner that has left and for whom nobody acts any more."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.core.locks import locked
from apps.core.name_words import keep_words
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners.models import (
    Affiliation,
    AppealReader,
    ContactRules,
    ForwardedAppeal,
    JoinCode,
    MemberInvitation,
    MemberRole,
    Membership,
    Partner,
    PartnerWord,
    SharedInbox,
)
from apps.partners.services.invitations import withdraw_all


def partners_to_erase(user: User) -> QuerySet[Partner]:
    """Partners that this person owned, that left and are not erased, and of whose owners none still has an account.

    Managers and responders who stay keep seeing what became of the video; the register was the owners' to give.
    """
    now = timezone.now()
    closed = Q(user__erased_at__isnull=False) | Q(user__erase_at__lte=now) | Q(ended_at__isnull=False)
    owners = Membership.objects.filter(partner=OuterRef("pk"), role=MemberRole.OWNER)
    others, theirs = owners.exclude(closed), owners.filter(user=user)
    return Partner.objects.filter(
        Exists(theirs), ~Exists(others), left_at__isnull=False, erased_at__isnull=True
    ).order_by("pk")


def erase_partner(*, partner: Partner, actor: Actor) -> bool:
    """Erase the partner's name, here and in the ledger's private parts. The last step after what hangs from it.

    Says whether it did anything.
    """
    with transaction.atomic():
        partner = locked(Partner.objects).get(pk=partner.pk)
        if partner.erased_at is not None:
            return False
        withdraw_all(partner=partner, actor=actor)
        _erase_entries_of(MemberInvitation.objects.filter(partner=partner), actor)
        now = timezone.now()
        affiliations = Affiliation.objects.filter(Q(partner=partner) | Q(association=partner))
        affiliations.filter(ended_at__isnull=True).update(ended_at=now)
        JoinCode.objects.filter(association=partner).update(code="", ended_at=now)
        inboxes = SharedInbox.objects.filter(partner=partner)
        ledger.erase_private_parts(
            entries=Entry.objects.filter(
                subject_kind="shared_inbox",
                subject_id__in=[str(one) for one in inboxes.values_list("public_id", flat=True)],
            ),
            reason="account_erased",
            actor=actor,
        )
        inboxes.update(email="", ended_at=Coalesce("ended_at", Value(now)))
        ContactRules.objects.filter(partner=partner).update(phone="")
        ForwardedAppeal.objects.filter(association=partner).update(title="", text="", link="")
        subject = Subject.of("partner", partner.public_id)
        ledger.erase_private_parts(
            entries=Entry.objects.filter(subject_kind=subject.kind, subject_id=subject.public_id),
            reason="account_erased",
            actor=actor,
        )
        partner.name = ""
        partner.erased_at = timezone.now()
        partner.save(update_fields=["name", "erased_at"])
        keep_words(PartnerWord, partner, "")
        ledger.record("partner.erased", subject, actor)
        return True


def erase_offers_to(*, user: User, addresses: Collection[str], actor: Actor) -> int:
    """Erase the person's addresses from the record of invitations to act for somebody; returns how many entries.

    The invitations themselves forget the address when they close. Those that are open expire within days; the next
    call finds what they leave.
    """
    AppealReader.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())
    wanted = {address.strip().lower() for address in addresses}
    # An offer that nobody took up names its address in the record alone, encrypted: each has to be opened.
    kept = Entry.objects.filter(subject_kind="member_invitation", private_part__erased_at__isnull=True)
    theirs = [
        entry.pk
        for entry in kept.exclude(private_part=None)
        if (entry.private or {}).get("email", "").lower() in wanted
    ]
    return ledger.erase_private_parts(entries=Entry.objects.filter(pk__in=theirs), reason="account_erased", actor=actor)


def _erase_entries_of(invitations: QuerySet[MemberInvitation], actor: Actor) -> None:
    ids = [str(public_id) for public_id in invitations.values_list("public_id", flat=True)]
    entries = Entry.objects.filter(subject_kind="member_invitation", subject_id__in=ids)
    ledger.erase_private_parts(entries=entries, reason="account_erased", actor=actor)


def end_memberships_of(*, user: User) -> int:
    """The person acts for nobody any more; part of erasing an account, whose entry says it."""
    return Membership.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())
