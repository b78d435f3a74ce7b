"""A partner's people, as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.selectors import site_names_of
from apps.ledger.models import Entry
from apps.partners import policies
from apps.partners.messages import rights_words
from apps.partners.models import MemberInvitation, MemberRole, Membership, Partner, SharedInbox
from apps.partners.selectors import members_of, members_who_may_return, open_invitations_of

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class MemberCard:
    """One person of a partner, and what the reader may do about them. The address is for those who run the account."""

    public_id: UUID
    name: str
    email: str
    role: str
    role_words: str
    since: datetime
    is_me: bool
    may_change_role: bool
    may_hand_over: bool
    may_remove: bool
    may_choose_sites: bool
    sites: list[str]


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Everything on the page of people."""

    cards: list[MemberCard]
    invitations: list[MemberInvitation]
    may_invite: list[tuple[str, str]]
    is_known: bool
    manages: bool
    alone: bool
    inboxes: list[SharedInbox]
    away: list[Membership] = field(default_factory=list)
    roles: list[tuple[str, str]] = field(default_factory=list)


def members_page(user: User, partner: Partner) -> MembersPage:
    """The members, the open invitations and what the reader may do."""
    mine = policies.role_in(user, partner)
    manages = mine in policies.MANAGING_ROLES
    owns = mine == MemberRole.OWNER
    rows = list(members_of(partner))
    cards = [
        MemberCard(
            public_id=row.public_id,
            name=row.user.name or _("No name given"),
            email=row.user.email if manages or row.user_id == user.pk else "",
            role=row.role,
            role_words=row.get_role_display(),
            since=row.created_at,
            is_me=row.user_id == user.pk,
            may_change_role=owns,
            may_hand_over=owns and row.user_id != user.pk and not row.user.is_staff,
            may_remove=row.user_id != user.pk and policies.may_steer(user, partner, row.role),
            may_choose_sites=row.role == MemberRole.RESPONDER and policies.may_steer(user, partner, row.role),
            sites=site_names_of(row) if row.only_sites and (manages or row.user_id == user.pk) else [],
        )
        for row in rows
    ]
    invited = (MemberRole.MANAGER, MemberRole.RESPONDER)
    return MembersPage(
        cards=cards,
        invitations=list(open_invitations_of(user, partner)),
        may_invite=[(str(role), str(role.label)) for role in invited if policies.may_steer(user, partner, role)],
        is_known=partner.vouched_at is not None,
        manages=manages,
        alone=len(rows) == 1,
        inboxes=list(policies.viewable_inboxes(user).filter(partner=partner).order_by("pk")),
        away=[row for row in members_who_may_return(partner) if policies.may_steer(user, partner, row.role)],
        roles=[(str(role.label), rights_words(role)) for role in MemberRole],
    )


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on the people of a partner."""

    at: datetime
    words: str
    who: str


def history_of(user: User, partner: Partner) -> list[HistoryLine]:
    """What happened to the partner's people, the newest first, from the ledger; at most 200 lines."""
    members = {
        str(row.public_id): row
        for row in policies.viewable_memberships(user).filter(partner=partner).select_related("user")
    }
    people = {str(row.user.public_id): row.user.name or _("No name given") for row in members.values()}
    invitations = MemberInvitation.objects.filter(partner=partner).values_list("public_id", flat=True)
    kinds = {
        "membership": list(members),
        "member_invitation": [str(one) for one in invitations],
        "partner": [str(partner.public_id)],
    }
    entries = Entry.objects.none()
    for kind, ids in kinds.items():
        entries = entries | Entry.objects.filter(subject_kind=kind, subject_id__in=ids)
    lines = []
    for entry in entries.filter(action__in=_WORDS).order_by("-pk")[:MOST_LINES]:
        words = _WORDS[entry.action]()
        member = members.get(str(entry.facts.get("membership", "") or entry.subject_id))
        named = (member.user.name or _("No name given")) if member else _("somebody")
        role = str(entry.facts.get("role", ""))
        lines.append(
            HistoryLine(
                at=entry.recorded_at,
                words=words % {"person": named, "role": MemberRole(role).label if role in MemberRole.values else role},
                who=people.get(entry.actor_id, ""),
            )
        )
    return lines


_WORDS = {
    "partner.joined": lambda: _("The account was opened."),
    "partner.left": lambda: _("The account left the program."),
    "member_invitation.sent": lambda: _("Somebody was invited as %(role)s."),
    "member_invitation.sent_again": lambda: _("An invitation was sent again."),
    "member_invitation.withdrawn": lambda: _("An invitation was withdrawn."),
    "member_invitation.declined": lambda: _("An invitation was declined."),
    "member_invitation.expired": lambda: _("An invitation ran out."),
    "member_invitation.accepted": lambda: _("%(person)s joined as %(role)s."),
    "membership.role_changed": lambda: _("%(person)s became %(role)s."),
    "membership.sites_set": lambda: _("For which sites %(person)s answers was changed."),
    "membership.handed_over": lambda: _("The account was handed over to %(person)s."),
    "membership.removed": lambda: _("%(person)s was removed."),
    "partner.member_left": lambda: _("%(person)s left."),
    "membership.left": lambda: _("%(person)s left."),
}
