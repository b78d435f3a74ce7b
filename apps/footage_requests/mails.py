"""Mails to partners. A mail names neither case nor street nor camera; the page behind the link says which cameras."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core.languages import in_language
from apps.footage_requests.models import FootageRequest
from apps.letterhead.selectors import words_at
from apps.letterhead.services import Words
from apps.links.models import Link
from apps.notifications.models import Channel, Letter, mark
from apps.notifications.services import Draft
from apps.partners.models import Membership

#: What goes out as a text message too, to who asked for them.
TEXTED = ("invitation", "reminder")
INVITATION, REMINDER, AGAIN = "invitation", "reminder", "again"


@dataclass(frozen=True, slots=True)
class Reader:
    """A registrant who gets a mail: person, address, language."""

    user_id: int
    public_id: str
    email: str
    language: str


def readers_of(partner_ids: Iterable[int]) -> dict[int, list[Reader]]:
    """By partner, everybody who acts for it now."""
    readers: dict[int, list[Reader]] = {}
    rows = Membership.objects.filter(
        partner_id__in=list(partner_ids), ended_at__isnull=True, user__is_active=True
    ).values_list("partner_id", "user_id", "user__public_id", "user__email", "user__language")
    for partner_id, user_id, public_id, email, language in rows:
        reader = Reader(user_id, str(public_id), email, language or settings.LANGUAGE_CODE)
        readers.setdefault(partner_id, []).append(reader)
    return readers


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

    def _render(self, language: str, cameras: int) -> tuple[str, str, str]:
        request = self._request
        site = settings.SITE_URL.rstrip("/")
        with translation.override(language), timezone.override(ZoneInfo(request.time_zone)):
            context = {
                "asked": request,
                "agency": request.agency.name,
                "own_words": self._own_words(),
                "cameras": cameras,
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

    def _own_words(self) -> str:
        if self._words is None:
            return words_at(self._kind, self._request.agency)
        return in_language(self._words.get(self._kind, {}))

    def preview(self, language: str) -> tuple[str, str]:
        """Subject and text as a reader with one camera gets them, with an invented link and code."""
        subject, text, _html = self._rendered(language, 1)
        values = {"link": f"{settings.SITE_URL.rstrip('/')}/i/…", "code": "XXXX-XXXX"}
        return subject, Letter(text=text).filled(values).text.strip()

    def write(self, link: Link, reader: Reader, *, cameras: int, not_before: datetime | None) -> Draft:
        """The mail for one reader of one invitation, by its link, that reaches `cameras` cameras."""
        subject, text, html = self._rendered(reader.language, cameras)
        request = self._request
        return Draft(
            kind=f"footage_request.{self._kind}",
            recipient=reader.email,
            subject=subject,
            text=text,
            html=html,
            not_before=not_before,
            values={"link": link.address, "code": link.code},
            about=request.public_id,
            dedupe_key=f"{self._once}:{link.subject}:{link.generation}:{reader.public_id}",
        )
