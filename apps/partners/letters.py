"""Letters about associations and the appeals that they forward, through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.links.models import Link
from apps.links.services import issue_links, links_of
from apps.notifications.services import Draft, queue_message
from apps.partners.link_kinds import STOP
from apps.partners.messages import shortened
from apps.partners.models import AppealReader, ForwardedAppeal, JoinCode, Partner, WayOut
from apps.partners.selectors import address_of

# A private-use character stands for what differs between two readers, so that one rendering serves a language.
_STOP = "\ue000stop\ue000"


def tell_of_association(
    association: Partner, code: JoinCode, email: str, language: str, day_key: str, way_out: WayOut
) -> None:
    """Queue the letter that carries an association's code to one address."""
    with translation.override(language):
        context = {
            "by_partner": True,
            "stop": way_out.page,
            "association": association.name,
            "code": code.code,
            "link": address_of(code),
            "portal_name": settings.PORTAL_NAME,
        }
        queue_message(
            kind="association.invited",
            recipient=email,
            subject=_("An association of %(portal)s asks you something") % {"portal": settings.PORTAL_NAME},
            text=render_to_string("emails/partners/association.txt", context),
            dedupe_key=f"association.invited:{association.public_id}:{day_key}",
            unsubscribe_url=way_out.one_click,
        )


def tell_of_ending(association: Partner, email: str, language: str, day_key: str, way_out: WayOut) -> None:
    """Queue the letter that says that an association ended a membership; the same for who never belonged."""
    with translation.override(language):
        context = {
            "by_partner": True,
            "stop": way_out.page,
            "association": association.name,
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        queue_message(
            kind="association.ended",
            recipient=email,
            subject=_("An association of %(portal)s tells you something") % {"portal": settings.PORTAL_NAME},
            text=render_to_string("emails/partners/association_ended.txt", context),
            dedupe_key=f"association.ended:{association.public_id}:{day_key}",
            unsubscribe_url=way_out.one_click,
        )


def appeal_text(association: str, title: str, text: str, link: str, language: str, stop: str) -> str:
    """The letter's words, for the preview and for the letters."""
    with translation.override(language):
        context = {
            "association": association,
            "title": title,
            "text": text,
            "link": link,
            "stop": stop,
            "portal_name": settings.PORTAL_NAME,
        }
        return render_to_string("emails/partners/appeal.txt", context)


def appeal_drafts(appeal: ForwardedAppeal, readers: Iterable[AppealReader]) -> list[Draft]:
    """One letter for each person, however many of their partners belong; each with its own way out.

    People get a link with a token behind the `#`. A mail program's button has to be one address that a POST without
    anything else works on (RFC 8058): the page's, whose random id is only in these letters and can do only this.
    """
    readers = list(readers)
    links = _ways_out([reader.public_id for reader in readers])
    rendered = lru_cache(maxsize=None)(
        lambda language: appeal_text(appeal.association.name, appeal.title, appeal.text, appeal.link, language, _STOP)
    )
    drafts: dict[int, Draft] = {}
    for reader in readers:
        link = links[reader.public_id]
        drafts.setdefault(
            reader.user_id,
            Draft(
                kind="appeal.forwarded",
                recipient=reader.user.email,
                subject=shortened(f"{appeal.association.name}: {appeal.title}"),
                text=rendered(reader.user.language or settings.LANGUAGE_CODE).replace(_STOP, link.address),
                dedupe_key=f"appeal.forwarded:{appeal.public_id}:{reader.user.public_id}",
                unsubscribe_url=STOP.address(reader.public_id),
            ),
        )
    return list(drafts.values())


def _ways_out(subjects: list[UUID]) -> dict[UUID, Link]:
    """A link for each reader; those who never got a letter get theirs now."""
    links = links_of(kind=STOP, subjects=subjects)
    new = issue_links(kind=STOP, subjects=[one for one in dict.fromkeys(subjects) if one not in links])
    return links | {link.subject: link for link in new}
