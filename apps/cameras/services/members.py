"""set_member_sites: for which sites a responder answers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import MemberSite, Site
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.messages import tell_member
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.signals import member_limited


def set_member_sites(*, membership: Membership, sites: Collection[UUID] | None, user: User, actor: Actor) -> Membership:
    """From now on this responder sees and is told only what is asked of these sites; None stands for every site.

    The same again changes nothing. Who may invite a responder may do it. Raises NotFound, NotAllowed, WrongState (no
    responder, or no member any more), InvalidInput (no site, or one that is not the partner's).
    """
    with transaction.atomic():
        locked(Partner.objects).get(pk=membership.partner_id)
        member = Membership.objects.select_related("partner", "user").get(pk=membership.pk)
        partner_policies.check_may_steer(user, member.partner, member.role)
        if member.ended_at is not None:
            raise WrongState(_("This person has left the account."), code="ended")
        if member.role != MemberRole.RESPONDER:
            raise WrongState(_("Owners and managers answer for every site. Change the role first."), code="role")
        rows = list(Site.objects.filter(partner=member.partner, public_id__in=sites or ()).order_by("pk"))
        if sites is not None and (not sites or len(rows) != len(set(sites))):
            sentence = _("Choose at least one site.")
            raise InvalidInput.about("sites", sentence)
        current = set(MemberSite.objects.filter(membership=member).values_list("site_id", flat=True))
        wanted = {row.pk for row in rows}
        if member.only_sites == (sites is not None) and current == wanted:
            return member
        loses = sites is not None and not (member.only_sites and current <= wanted)
        MemberSite.objects.filter(membership=member).delete()
        MemberSite.objects.bulk_create(MemberSite(membership=member, site=row) for row in rows)
        member.only_sites = sites is not None
        member.save(update_fields=["only_sites"])
        entry = ledger.record(
            "membership.sites_set",
            Subject.of("membership", member.public_id),
            actor,
            partner=str(member.partner.public_id),
            every=sites is None,
            sites=[str(row.public_id) for row in rows],
        )
        if loses:
            member_limited.send(sender=Membership, membership=member, actor=actor)
        tell_member("sites_set", member, by=user, entry=entry)
        return member
