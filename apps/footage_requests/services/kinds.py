"""“Never for this kind”: a partner is asked no more about one kind of incident, until it takes that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.core.locks import locked
from apps.footage_requests.models import Invitation, KindRefusal
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies
from apps.partners.models import Partner


def refuse_kind(invitation: Invitation) -> None:
    """Part of the answer that says so, under the invitation's lock; the answer's entry tells of it. Again: nothing."""
    asked = invitation.request
    row = KindRefusal(
        partner_id=invitation.partner_id,
        agency_id=asked.agency_id,
        incident_type=asked.incident_type,
        incident_names=asked.incident_names,
    )
    KindRefusal.objects.bulk_create([row], ignore_conflicts=True)


def allow_kind_again(*, partner: Partner, refusal: KindRefusal, user: User, actor: Actor) -> KindRefusal:
    """The agency may ask about this kind again, from its next request on. Again, it changes nothing.

    Raises NotFound or NotAllowed for people who do not run the account, NotFound for another partner's refusal.
    """
    with transaction.atomic():
        partner = locked(Partner.objects).get(pk=partner.pk)
        policies.check_can_manage(user, partner)
        fresh = KindRefusal.objects.filter(pk=refusal.pk, partner=partner).select_related("agency").first()
        if fresh is None:
            raise NotFound(_("There is nothing here."))
        if fresh.ended_at is not None:
            return fresh
        fresh.ended_at = timezone.now()
        fresh.save(update_fields=["ended_at"])
        ledger.record(
            "partner.kind_allowed_again",
            Subject.of("partner", partner.public_id),
            actor,
            agency=fresh.agency.short_name,
            incident_type=fresh.incident_type,
        )
        return fresh
