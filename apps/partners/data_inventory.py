"""What the register holds about a person's partners."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.partners.models import (
    Affiliation,
    AppealReader,
    Consent,
    Contact,
    ContactRules,
    ForwardedAppeal,
    JoinCode,
    MemberInvitation,
    Membership,
    Partner,
    SharedInbox,
)


def _memberships(whose: Whose) -> Iterator[Row]:
    for row in Membership.objects.filter(user_id=whose.user_id).select_related("partner").order_by("pk"):
        yield {
            "partner": row.partner.name,
            "role": str(row.get_role_display()),
            "since": row.created_at,
            "ended": row.ended_at,
        }


def _partners(whose: Whose) -> Iterator[Row]:
    for row in Partner.objects.filter(pk__in=whose.partners).order_by("pk"):
        yield {
            "id": str(row.public_id),
            "name": row.name,
            "kind": str(row.get_kind_display()),
            "joined": row.created_at,
            "left": row.left_at,
            "paused": row.paused_at if row.is_paused else None,
            "paused_until": row.paused_until if row.is_paused else None,
        }


def _consents(whose: Whose) -> Iterator[Row]:
    rows = Consent.objects.filter(partner__in=whose.managed).select_related("agency", "partner")
    for row in rows.order_by("pk"):
        yield {
            "partner": row.partner.name,
            "agency": row.agency.name,
            "given": row.created_at,
            "withdrawn": row.withdrawn_at,
        }


def _rules(whose: Whose) -> Iterator[Row]:
    for row in ContactRules.objects.filter(partner__in=whose.managed).select_related("partner").order_by("pk"):
        yield {
            "partner": row.partner.name,
            "tier": str(row.get_tier_display()),
            "phone": row.phone,
            "opens_at": row.opens_at.isoformat("minutes") if row.opens_at else "",
            "closes_at": row.closes_at.isoformat("minutes") if row.closes_at else "",
            "time_zone": row.time_zone,
            "most_requests": row.most_requests,
        }


def _asked(whose: Whose) -> Iterator[Row]:
    rows = Contact.objects.filter(partner__in=whose.partners).select_related("agency")
    for row in rows.order_by("pk").iterator(500):
        yield {"agency": row.agency.name, "at": row.made_at}


def _offers(whose: Whose) -> Iterator[Row]:
    mine = Q(invited_by_id=whose.user_id) | Q(accepted_by_id=whose.user_id) | Q(partner__in=whose.managed)
    for row in MemberInvitation.objects.filter(mine).select_related("partner").order_by("pk"):
        yield {
            "partner": row.partner.name,
            "role": str(row.get_role_display()),
            # The address is the invited person's: who invited sees it as long as it is open, as on the members' page.
            "email": row.email if row.partner_id in whose.managed else "",
            "made": row.created_at,
            "state": str(row.get_state_display()),
        }


def _affiliations(whose: Whose) -> Iterator[Row]:
    rows = Affiliation.objects.filter(partner__in=whose.managed).select_related("partner", "association")
    for row in rows.order_by("pk"):
        appeals = AppealReader.objects.filter(affiliation=row, user_id=whose.user_id, ended_at__isnull=True).exists()
        yield {
            "partner": row.partner.name,
            "association": row.association.name,
            "since": row.began_at,
            "ended": row.ended_at,
            "appeals": appeals,
        }


def _join_codes(whose: Whose) -> Iterator[Row]:
    for row in JoinCode.objects.filter(association__in=whose.managed).order_by("pk"):
        yield {"code": row.code, "since": row.created_at, "ended": row.ended_at}


def _appeals(whose: Whose) -> Iterator[Row]:
    for row in ForwardedAppeal.objects.filter(association__in=whose.managed).order_by("pk"):
        yield {"at": row.created_at, "title": row.title, "text": row.text, "link": row.link}


def _inboxes(whose: Whose) -> Iterator[Row]:
    rows = SharedInbox.objects.filter(partner__in=whose.managed).select_related("partner").order_by("pk")
    for row in rows:
        yield {"partner": row.partner.name, "email": row.email, "since": row.verified_at, "ended": row.ended_at}


register(
    Section(
        "shared_inboxes",
        _("Addresses that get a partner's letters"),
        _inboxes,
        {"partner": _("Partner"), "email": _("E-mail"), "since": _("Since"), "ended": _("Ended")},
        covers=("partners.SharedInbox",),
    )
)
register(
    Section(
        "member_invitations",
        _("Invitations to act for a partner"),
        _offers,
        {
            "partner": _("Partner"),
            "role": _("Role"),
            "email": _("E-mail"),
            "made": _("Made"),
            "state": _("State"),
        },
        covers=("partners.MemberInvitation",),
    )
)
register(
    Section(
        "affiliations",
        _("Associations"),
        _affiliations,
        {
            "partner": _("Partner"),
            "association": _("Association"),
            "since": _("Since"),
            "ended": _("Ended"),
            "appeals": _("Forwarded appeals reach you"),
        },
        covers=("partners.Affiliation", "partners.AppealReader"),
    )
)
register(
    Section(
        "join_codes",
        _("Codes for members of your association"),
        _join_codes,
        {"code": _("Code"), "since": _("Since"), "ended": _("Ended")},
        covers=("partners.JoinCode",),
    )
)
register(
    Section(
        "forwarded_appeals",
        _("Appeals that your association forwarded"),
        _appeals,
        {"at": _("When"), "title": _("Title"), "text": _("Text"), "link": _("Link")},
        covers=("partners.ForwardedAppeal",),
    )
)
register(
    Section(
        "contact_rules",
        _("How you may be asked"),
        _rules,
        {
            "partner": _("Partner"),
            "tier": _("How"),
            "phone": _("Phone"),
            "opens_at": _("Not before"),
            "closes_at": _("Not after"),
            "time_zone": _("Time zone"),
            "most_requests": _("Requests in 30 days, at most"),
        },
        covers=("partners.ContactRules",),
    )
)
register(
    Section(
        "contacts",
        _("When agencies turned to you"),
        _asked,
        {"agency": _("Agency"), "at": _("When")},
        covers=("partners.Contact",),
    )
)
register(
    Section(
        "memberships",
        _("For whom you act"),
        _memberships,
        {"partner": _("Partner"), "role": _("Role"), "since": _("Since"), "ended": _("Ended")},
        covers=("partners.Membership",),
    )
)
register(
    Section(
        "partners",
        _("Who takes part"),
        _partners,
        {
            "id": _("Number"),
            "name": _("Name"),
            "kind": _("Kind"),
            "joined": _("Joined"),
            "left": _("Left"),
            "paused": _("On a pause since"),
            "paused_until": _("On a pause until"),
        },
        covers=("partners.Partner",),
    )
)
register(
    Section(
        "consents",
        _("Which agencies may ask"),
        _consents,
        {"partner": _("Partner"), "agency": _("Agency"), "given": _("Given"), "withdrawn": _("Withdrawn")},
        covers=("partners.Consent",),
    )
)
