"""Reads of partners, their people and their consents."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.links.access import link_by_code
from apps.notifications.hours import ContactHours
from apps.partners import policies
from apps.partners.link_kinds import BELONG
from apps.partners.models import (
    Affiliation,
    AppealReader,
    Consent,
    ContactRules,
    JoinCode,
    MemberInvitation,
    Membership,
    Partner,
    SharedInbox,
)
from apps.partners.states import MemberInvitationState


def partners_of(user: Person) -> QuerySet[Partner]:
    """The partners for which the person acts, the oldest first; those that left the program too."""
    return policies.partners_for(user).order_by("pk")


def memberships_by_choice(user: Person) -> QuerySet[Membership]:
    """The person's memberships with their partners, the one that was chosen last first, else the newest."""
    return by_choice(policies.memberships_of(user))


def by_choice(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """These memberships with their partners, in that order."""
    return rows.select_related("partner").order_by(F("chosen_at").desc(nulls_last=True), "-pk")


def acting_memberships(user: Person) -> QuerySet[Membership]:
    """Those of them whose partner takes part: one acts for no other."""
    return memberships_by_choice(user).filter(partner__left_at__isnull=True)


def current_partner_of(user: Person) -> Partner | None:
    """The partner for whom the person acts now; None for who never joined or has left."""
    membership = acting_memberships(user).first()
    return membership.partner if membership else None


def get_acting_partner(user: Person, public_id: UUID | str) -> Partner:
    """One of the partners for which the person can act now. Raises NotFound, also for one that left, and nonsense."""
    try:
        membership = acting_memberships(user).filter(partner__public_id=UUID(str(public_id))).first()
    except ValueError:
        membership = None
    if membership is None:
        raise NotFound(_("There is no such partner among yours."))
    return membership.partner


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


def members_who_may_return(partner: Partner) -> QuerySet[Membership]:
    """People who closed their account and act for the partner again if they keep it."""
    rows = Membership.objects.filter(partner=partner, may_return=True, user__is_active=True)
    return rows.select_related("user").order_by("pk")


def open_invitations_of(user: Person, partner: Partner) -> QuerySet[MemberInvitation]:
    """Whom the partner invited and who may still say yes, the newest first; for those who run the account."""
    rows = policies.viewable_member_invitations(user).filter(partner=partner, state=MemberInvitationState.OPEN)
    return rows.filter(expires_at__gt=timezone.now()).select_related("invited_by", "partner").order_by("-pk")


def get_member_invitation_for(user: Person, public_id: UUID | str) -> MemberInvitation:
    """The invitation, if the person runs its partner's account. Raises NotFound otherwise."""
    rows = policies.viewable_member_invitations(user).select_related("partner", "invited_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such invitation among yours."))
    return found


def get_offer(public_id: UUID) -> MemberInvitation:
    """What a letter's link opens; the caller has seen the link. Raises NotFound."""
    found = MemberInvitation.objects.filter(public_id=public_id).select_related("partner", "invited_by").first()
    if found is None:
        raise NotFound(_("This link does not open."))
    return found


def get_member_for(user: Person, public_id: UUID | str) -> Membership:
    """Somebody who acts for one of the person's own partners now, or may come back to it. Raises NotFound otherwise."""
    current = Q(ended_at__isnull=True) | Q(may_return=True)
    rows = policies.viewable_memberships(user).filter(current).select_related("partner", "user")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such person in this account."))
    return found


def join_code_of(association: Partner) -> JoinCode | None:
    """The code that the association prints now; None before the first."""
    return JoinCode.objects.filter(association=association, ended_at__isnull=True).first()


def join_code_by_code(typed: str) -> JoinCode:
    """An association's present code, as it was typed or scanned. Raises NotFound for every other text."""
    link = link_by_code(typed)
    row = join_code_by_id(link.subject) if link is not None and link.kind == BELONG.name else None
    if row is None:
        raise NotFound(BELONG.wrong)
    return row


def association_of_code(typed: str) -> Partner:
    """The association whose present code this is. Raises NotFound."""
    return join_code_by_code(typed).association


def join_code_by_id(public_id: UUID) -> JoinCode | None:
    """The code, if it is its association's present one; the caller has seen its link."""
    rows = JoinCode.objects.filter(public_id=public_id, ended_at__isnull=True, association__left_at__isnull=True)
    return rows.select_related("association").first()


def address_of(code: JoinCode) -> str:
    """What a flyer's picture and a letter lead to: the code stands behind the `#`."""
    return f"{BELONG.address(code.public_id)}#{code.code}"


def reader_by_id(public_id: UUID) -> AppealReader | None:
    """The reader of an association's letters whom a way out names."""
    return AppealReader.objects.select_related("affiliation__association").filter(public_id=public_id).first()


def affiliations_of(partner: Partner) -> QuerySet[Affiliation]:
    """To which associations the partner belongs now, the oldest first; one that left the program is gone."""
    rows = Affiliation.objects.filter(partner=partner, ended_at__isnull=True, association__left_at__isnull=True)
    return rows.select_related("association", "partner").order_by("pk")


def get_affiliation_for(user: Person, public_id: UUID | str) -> Affiliation:
    """One of the present affiliations of the person's partners. Raises NotFound otherwise."""
    rows = policies.viewable_affiliations(user).filter(ended_at__isnull=True)
    found = rows.select_related("association", "partner").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such association among yours."))
    return found


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


def inboxes_of(partner_ids: Iterable[int]) -> QuerySet[SharedInbox]:
    """The extra addresses of these partners (keys) to which letters go now."""
    return SharedInbox.objects.filter(
        partner_id__in=list(partner_ids), verified_at__isnull=False, ended_at__isnull=True
    ).order_by("pk")


def not_paused(partner: str = "") -> Q:
    """The condition that no pause lasts now; `partner` leads to the partner from the rows that are filtered."""
    path = f"{partner}__" if partner else ""
    return Q(**{f"{path}paused_at__isnull": True}) | Q(**{f"{path}paused_until__lte": timezone.now()})


def contact_rules_of(partner: Partner) -> ContactRules | None:
    """The partner's limits; None where it set none."""
    return ContactRules.objects.filter(partner=partner).first()


def contact_hours_of(partner_ids: Iterable[int]) -> dict[int, ContactHours]:
    """By partner's key, the hours at which it may be written to; absent: at any hour. One query."""
    rows = ContactRules.objects.filter(partner_id__in=list(partner_ids), opens_at__isnull=False).defer("phone")
    return {rules.partner_id: rules.hours for rules in rows if rules.hours is not None}
