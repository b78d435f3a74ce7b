"""Invitations to owners, and letters about cameras that are passed on. They name no place and no other person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.links.models import Link
from apps.notifications.services import queue_message
from apps.partners.messages import partner_address
from apps.partners.models import Partner, WayOut
from apps.partners.services import way_out_of_letter
from apps.prospects.models import CameraOffer, OwnerInvitation
from apps.prospects.states import Origin

INVITATION, REMINDER = "invitation", "reminder"


def invite(invitation: OwnerInvitation, link: Link, kind: str) -> None:
    """Queue the invitation or its reminder, unless its reader wants none; both languages if theirs is not known."""
    way_out = way_out_of_letter(email=invitation.email)
    if way_out is None:
        return
    known = [invitation.language] if invitation.language else [code for code, _name in settings.LANGUAGES]
    subjects, texts = [], []
    for language in known:
        with translation.override(language):
            context = {
                "by_partner": False,
                "stop": way_out.page,
                "agency": invitation.agency.name,
                "at_meeting": invitation.origin == Origin.MEETING,
                "reminder": kind == REMINDER,
                "days": settings.OWNER_ANSWER_DAYS,
                "link": link.address,
                "code": link.code,
                "portal_name": settings.PORTAL_NAME,
            }
            subjects.append(
                _("Is this your camera? %(agency)s asks you to confirm") % {"agency": invitation.agency.name}
            )
            texts.append(render_to_string("emails/prospects/owner.txt", context))
    queue_message(
        kind=f"owner.{kind}",
        recipient=invitation.email,
        subject=subjects[0],
        text="\n\n– – –\n\n".join(texts),
        dedupe_key=f"owner.{kind}:{invitation.public_id}",
        unsubscribe_url=way_out.one_click,
    )


def offer_by_letter(offer: CameraOffer, link: Link, way_out: WayOut) -> None:
    """Queue the letter with the link of an offer; part of the act. It names neither a camera nor who offers."""
    with translation.override(offer.language):
        context = {
            "by_partner": True,
            "stop": way_out.page,
            "expires_at": offer.expires_at,
            "link": link.address,
            "code": link.code,
            "portal_name": settings.PORTAL_NAME,
        }
        queue_message(
            kind="camera.offered",
            recipient=offer.email,
            subject=_("Cameras at your new address"),
            text=render_to_string("emails/prospects/offered.txt", context),
            dedupe_key=f"camera.offered:{offer.public_id}",
            unsubscribe_url=way_out.one_click,
        )


def tell_giver(offer: CameraOffer, people: Iterable[User], names: Sequence[str]) -> None:
    """Queue the letter that the cameras are no longer theirs, to each who ran the account; not who has them now."""
    for person in people:
        _passed_on("given", offer, person, offer.partner, names)


def tell_taker(offer: CameraOffer, person: User, partner: Partner, names: Sequence[str]) -> None:
    """Queue the letter of what is theirs now and what they still have to look at."""
    _passed_on("taken", offer, person, partner, names)


def _passed_on(verb: str, offer: CameraOffer, person: User, partner: Partner, names: Sequence[str]) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {"given": _("Your cameras were passed on"), "taken": _("The cameras are yours now")}
        context = {
            "person": person,
            "names": names,
            "day": offer.closed_at,
            "portal_name": settings.PORTAL_NAME,
            "cameras_link": partner_address(partner.public_id, "cameras"),
        }
        queue_message(
            kind=f"camera.{verb}",
            recipient=person.email,
            subject=subjects[verb],
            text=render_to_string(f"emails/prospects/{verb}.txt", context),
            dedupe_key=f"camera.{verb}:{offer.public_id}:{person.public_id}",
        )
