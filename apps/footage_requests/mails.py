"""Mails to partners. A mail names neither case nor street nor camera; the page behind the link says which cameras."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from apps.cameras.models import MemberSite
from apps.core.languages import in_language
from apps.footage_requests.models import FootageRequest
from apps.letterhead.selectors import words_at
from apps.letterhead.services import Words
from apps.links.models import Link
from apps.notifications.models import Channel, Letter, mark
from apps.notifications.services import Draft
from apps.partners.models import Membership
from apps.partners.selectors import inboxes_of

INVITATION, REMINDER, AGAIN = "invitation", "reminder", "again"
#: What goes out as a text message too, to who asked for them.
TEXTED = (INVITATION, REMINDER)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets a mail, a registrant or a shared inbox. `sites`: the keys of those it is about; None for all."""

    public_id: str
    email: str
    language: str
    sites: frozenset[int] | None = None


def readers_by_site(partner_ids: Iterable[int]) -> dict[int, list[Reader]]:
    """By partner, everybody who acts for it now; who answers for some sites only, with the keys of theirs."""
    partner_ids = list(partner_ids)
    readers: dict[int, list[Reader]] = {}
    rows = list(
        Membership.objects.filter(partner_id__in=partner_ids, ended_at__isnull=True, user__is_active=True).values_list(
            "pk", "only_sites", "partner_id", "user__public_id", "user__email", "user__language"
        )
    )
    limited = [row[0] for row in rows if row[1]]
    sites: dict[int, set[int]] = {pk: set() for pk in limited}
    if limited:
        for member, site in MemberSite.objects.filter(membership__in=limited).values_list("membership_id", "site_id"):
            sites[member].add(site)
    for pk, only_sites, partner_id, public_id, email, language in rows:
        reader = Reader(
            str(public_id),
            email,
            language or settings.LANGUAGE_CODE,
            frozenset(sites[pk]) if only_sites else None,
        )
        readers.setdefault(partner_id, []).append(reader)
    for inbox in inboxes_of(partner_ids):
        readers.setdefault(inbox.partner_id, []).append(Reader(str(inbox.public_id), inbox.email, inbox.language))
    return readers


def readers_at(partner_id: int, sites: Collection[int]) -> list[Reader]:
    """Everybody of a partner whom something at these sites (keys) concerns."""
    found = readers_by_site([partner_id]).get(partner_id, [])
    return [one for one in found if one.sites is None or not one.sites.isdisjoint(sites)]


class Writer:
    """Renders the mails of one request; the same words in the same language are rendered once."""

    def __init__(self, request: FootageRequest, kind: str, *, words: Words | None = None) -> None:
        """`words` stand for those of the agency's letterhead, in a preview."""
        self._request = request
        self._kind = kind
        # A letter that somebody asked for goes each time; the others go once for a link.
        self._once = f"{kind}{timezone.now():%Y%m%d%H%M%S}" if kind == AGAIN else kind
        self._words = words
        self._rendered = lru_cache(maxsize=None)(self._render)
        self._held = lru_cache(maxsize=None)(self._still_held)
        self._answers = f"{settings.SITE_URL.rstrip('/')}{reverse('web:requests')}?partner=all"

    def _render(self, language: str, cameras: int, signs_in: bool = False) -> tuple[str, str, str]:
        request = self._request
        site = settings.SITE_URL.rstrip("/")
        with translation.override(language), timezone.override(ZoneInfo(request.time_zone)):
            context = {
                "asked": request,
                "agency": request.agency.name,
                "own_words": self._own_words(),
                "cameras": cameras,
                "signs_in": signs_in,
                "still_held": mark("still_held"),
                "link": mark("link"),
                "code": mark("code"),
                "check_page": f"{site}{reverse('web:check')}",
                "code_page": f"{site}{reverse('links:code')}",
                "site": site,
                "takes_answers": bool(settings.MAIL_RETURN_ADDRESS),
                "portal_name": settings.PORTAL_NAME,
                "language": language,
            }
            if self._kind == AGAIN:
                subject = _("The link that you asked for: %(agency)s asks about video")
            elif self._kind == REMINDER:
                subject = _("Reminder: %(agency)s asked about video from your camera")
            elif request.is_preservation:
                subject = _("%(agency)s asks you to keep a recording of your camera")
            else:
                subject = _("%(agency)s asks about video from your camera")
            return (
                subject % {"agency": request.agency.name},
                render_to_string(f"emails/footage_requests/{self._kind}.txt", context),
                render_to_string(f"emails/footage_requests/{self._kind}.html", context),
            )

    def text(self, link: Link, reader: Reader, number: str, *, not_before: datetime | None) -> Draft:
        """The text message beside the mail: who asks, and a link. No place, no name, nothing of what happened."""
        with translation.override(reader.language):
            if self._kind == REMINDER:
                words = _("%(agency)s still waits for an answer about video. See %(link)s Reply STOP to end texts.")
            else:
                words = _("%(agency)s asks for video. See %(link)s Reply STOP to end texts.")
            text = words % {"agency": self._request.agency.name, "link": link.short_address}
        return Draft(
            kind=f"footage_request.{self._kind}_text",
            channel=Channel.TEXT,
            recipient=number,
            subject="",
            text=text,
            not_before=not_before,
            about=self._request.public_id,
            dedupe_key=f"{self._once}_text:{link.subject}:{link.generation}:{reader.public_id}",
        )

    def _still_held(self, language: str, first_lost: datetime | None) -> str:
        """What the recorder still holds, in words and local time: a letter may wait, so both are said."""
        with translation.override(language), timezone.override(ZoneInfo(self._request.time_zone)):
            if first_lost is None:
                return _("Look soon: recorders write over old video.")
            at = timezone.localtime(first_lost)
            words = _("Your recorder still has it, and may write over it in %(left)s: on %(day)s, %(at)s (%(zone)s).")
            return words % {
                "left": timeuntil(first_lost, depth=1).replace("\xa0", " "),
                "day": date_format(at, "l"),
                "at": date_format(at, "DATETIME_FORMAT"),
                "zone": at.tzname() or "",
            }

    def _own_words(self) -> str:
        if self._words is None:
            return words_at(self._kind, self._request.agency)
        return in_language(self._words.get(self._kind, {}))

    def preview(self, language: str) -> tuple[str, str]:
        """Subject and text as a reader with one camera gets them, with an invented link and code."""
        subject, text, _html = self._rendered(language, 1)
        held = self._still_held(language, timezone.now() + timedelta(days=3))
        values = {"link": f"{settings.SITE_URL.rstrip('/')}/i/…", "code": "XXXX-XXXX", "still_held": held}
        return subject, Letter(text=text).filled(values).text.strip()

    def write(
        self,
        link: Link,
        reader: Reader,
        *,
        cameras: int,
        not_before: datetime | None,
        first_lost: datetime | None = None,
    ) -> Draft:
        """The mail for one reader of one invitation, by its link, that reaches `cameras` cameras.

        `first_lost`: when the first of their recordings is overwritten (UTC); None where that is not known, or was.

        Who answers for some sites only signs in: the link would open what was asked of the others.
        """
        signs_in = reader.sites is not None
        subject, text, html = self._rendered(reader.language, cameras, signs_in)
        request = self._request
        return Draft(
            kind=f"footage_request.{self._kind}",
            recipient=reader.email,
            subject=subject,
            text=text,
            html=html,
            not_before=not_before,
            values={
                "link": self._answers if signs_in else link.address,
                "code": "" if signs_in else link.code,
                "still_held": self._held(reader.language, first_lost),
            },
            about=request.public_id,
            dedupe_key=f"{self._once}:{link.subject}:{link.generation}:{reader.public_id}",
        )
