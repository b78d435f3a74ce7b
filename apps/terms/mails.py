"""Letters about terms, in each reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.notifications.services import Draft, queue_message
from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import NoticeKind


def queue_copy(user: User, acceptances: Sequence[Acceptance]) -> None:
    """The person's own copy: the very texts with their digests, in the language in which they were accepted."""
    with translation.override(acceptances[0].language), timezone.override(_zone(user)):
        copies = [
            {
                "name": one.version.get_kind_display(),
                "number": one.version.number,
                "text": one.version.text[one.language],
                "digest": one.digest,
                "accepted_at": one.accepted_at,
            }
            for one in acceptances
        ]
        context = {"person": user, "copies": copies, **_house()}
        queue_message(
            kind="terms.accepted",
            recipient=user.email,
            subject=_("The terms that you accepted"),
            text=render_to_string("emails/terms/accepted.txt", context),
            dedupe_key=f"terms.accepted:{acceptances[0].public_id}",
        )


class Announcer:
    """Renders one notice about one version; the words are rendered once for each language."""

    def __init__(self, version: TermsVersion, kind: str) -> None:
        self._version = version
        self._kind = kind
        self._rendered = lru_cache(maxsize=None)(self._render)

    def _render(self, language: str) -> tuple[str, str]:
        version = self._version
        with translation.override(language), timezone.override(ZoneInfo(settings.PORTAL_TIME_ZONE)):
            subjects = {
                NoticeKind.ANNOUNCED: _("New terms: read what changes"),
                NoticeKind.REMINDED: _("Reminder: please read the new terms"),
                NoticeKind.WITHDRAWN: _("The new terms will not take effect"),
            }
            context = {
                "name": version.get_kind_display(),
                "number": version.number,
                "material": version.material,
                "effective_at": version.effective_at,
                "summary": version.summary.get(language) or version.summary.get(settings.LANGUAGE_CODE, ""),
                **_house(),
            }
            body = render_to_string(f"emails/terms/{self._kind}.txt", context)
            return str(subjects[NoticeKind(self._kind)]), body

    def write(self, person: User) -> Draft:
        """The letter for one person, who gets it once however many accounts the person runs."""
        subject, body = self._rendered(person.language or settings.LANGUAGE_CODE)
        return Draft(
            kind=f"terms.{self._kind}",
            recipient=person.email,
            subject=subject,
            text=body,
            values={},
            dedupe_key=f"terms.{self._kind}:{self._version.public_id}:{person.public_id}",
        )


def _house() -> dict[str, str]:
    site = settings.SITE_URL.rstrip("/")
    return {
        "portal_name": settings.PORTAL_NAME,
        "site_url": site,
        "account_url": f"{site}{reverse('web:account')}",
        "terms_url": f"{site}{reverse('web:my_terms')}",
    }


def _zone(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone or settings.PORTAL_TIME_ZONE)
