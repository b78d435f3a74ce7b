"""Letters about members and associations, each in its reader's language, through the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.official import Claim, claim_of
from apps.ledger.models import Entry
from apps.links.models import Link
from apps.notifications.services import queue_message
from apps.partners.models import MemberInvitation, MemberRole, Membership, SharedInbox, WayOut

# One line of a letter's head: names of partners and people stand in it, and nobody may break it.
_LINE = 100


def tell_invited(invitation: MemberInvitation, link: Link, way_out: WayOut) -> None:
    """Queue the letter with the link; part of the act."""
    with _in(invitation.language) as context:
        context |= {
            "inviter": inviter_words(invitation) or _("A member"),
            "role": role_words(invitation.role),
            "rights": rights_words(invitation.role),
            "expires_at": invitation.expires_at,
        }
        _ask(
            invitation,
            kind="member.invited",
            template="emails/partners/invited.txt",
            subject=_("A partner of %(portal)s invites you"),
            context=context,
            link=link,
            way_out=way_out,
            once=f"{invitation.public_id}:{invitation.letters}",
        )


def tell_inbox(inbox: SharedInbox, link: Link, way_out: WayOut, *, once: str) -> None:
    """Queue the letter that asks at an address whether a partner's letters may go there; part of the act."""
    with _in(inbox.language) as context:
        _ask(
            inbox,
            kind="partner.inbox",
            template="emails/partners/inbox.txt",
            subject=_("A partner of %(portal)s asks you something"),
            context=context,
            link=link,
            way_out=way_out,
            once=once,
        )


def _ask(
    asked: MemberInvitation | SharedInbox,
    *,
    kind: str,
    template: str,
    subject: str,
    context: dict[str, Any],
    link: Link,
    way_out: WayOut,
    once: str,
) -> None:
    """The frame of a letter to an address that a partner named: who named it, the link, and the way out."""
    context |= {
        "by_partner": True,
        "stop": way_out.page,
        "partner_name": asked.partner.name,
        "link": link.address,
        "code": link.code,
    }
    queue_message(
        kind=kind,
        recipient=asked.email,
        subject=subject % {"portal": settings.PORTAL_NAME},
        text=render_to_string(template, context),
        dedupe_key=f"{kind}:{once}",
        unsubscribe_url=way_out.one_click,
    )


def inviter_words(invitation: MemberInvitation) -> str:
    """The name of who invites, unless a reader might take it for an officer's or an agency's."""
    name = invitation.invited_by.name
    return name if claim_of(name) == Claim.NOTHING else ""


def tell_member(verb: str, membership: Membership, *, by: User, entry: Entry) -> None:
    """Queue the letter about `verb` (removed, sites_set and so on) to the person it happened to; one an entry."""
    person = membership.user
    if not person.is_active:
        return
    with _in(person.language) as context:
        subjects = {
            "role_changed": _("Your role for %(partner)s has changed"),
            "handed_over": _("You now own the account of %(partner)s"),
            "removed": _("You no longer act for %(partner)s"),
            "sites_set": _("For which sites of %(partner)s you answer has changed"),
        }
        context |= {
            "person": person,
            "partner_name": membership.partner.name,
            "by": by.name or _("another member"),
            "role": role_words(membership.role),
            "rights": rights_words(membership.role),
            "only_sites": membership.only_sites,
            "link": partner_address(membership.partner.public_id, "members"),
        }
        queue_message(
            kind=f"member.{verb}",
            recipient=person.email,
            subject=subjects[verb] % {"partner": shortened(membership.partner.name)},
            text=render_to_string(f"emails/partners/{verb}.txt", context),
            dedupe_key=f"member.{verb}:{entry.public_id}",
        )


def role_words(role: str) -> str:
    """The role as it stands in a sentence."""
    return str(MemberRole(role).label)


def rights_words(role: str) -> str:
    """What the role may do, in one sentence."""
    return {
        MemberRole.OWNER: _(
            "Owners may do everything: run the account, choose its people, hand it over, leave the program."
        ),
        MemberRole.MANAGER: _(
            "Managers register cameras, decide who may ask, accept the terms, answer requests and invite responders."
        ),
        MemberRole.RESPONDER: _(
            "Responders see requests, answer them and send video. They see names of cameras, never their places."
        ),
    }[MemberRole(role)]


def site_address(name: str, *args: object) -> str:
    """A page of the portal as it stands in a letter."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=args)}"


def partner_address(public_id: object, page: str) -> str:
    """A page of this very partner, for readers who act for several."""
    return site_address("web:for_partner", public_id, page)


@contextmanager
def _in(language: str) -> Iterator[dict[str, Any]]:
    with translation.override(language or settings.LANGUAGE_CODE):
        yield {"portal_name": settings.PORTAL_NAME, "site_url": settings.SITE_URL}


def shortened(name: str) -> str:
    """A name as it fits into a subject."""
    return name if len(name) <= _LINE else f"{name[: _LINE - 1]}…"
