"""Letters about associations and the appeals that they forward, through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.notifications.services import Draft, queue_message
from apps.partners.messages import shortened, site_address
from apps.partners.models import AppealReader, ForwardedAppeal, Partner

_SALT = "partners.appeal_reader"
# A private-use character stands for what differs between two readers, so that one rendering serves a language.
_STOP = "\ue000stop\ue000"


def stop_token(reader: AppealReader) -> str:
    """What the link behind “no more of these” carries; signed, so nothing has to be stored."""
    return signing.dumps(str(reader.public_id), salt=_SALT)


def reader_of_token(token: str) -> AppealReader | None:
    """The reader whose link this is; None for anything else."""
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return AppealReader.objects.select_related("affiliation__association").filter(public_id=public_id).first()


def tell_of_association(association: Partner, code: str, email: str, language: str, day_key: str) -> None:
    """Queue the letter that carries an association's code to one address."""
    with translation.override(language):
        context = {
            "association": association.name,
            "code": code,
            "link": site_address("web:belong", code),
            "portal_name": settings.PORTAL_NAME,
        }
        queue_message(
            kind="association.invited",
            recipient=email,
            subject=_("Do you belong to %(association)s?") % {"association": shortened(association.name)},
            text=render_to_string("emails/partners/association.txt", context),
            dedupe_key=f"association.invited:{association.public_id}:{day_key}",
        )


def tell_of_ending(association: Partner, email: str, language: str, day_key: str) -> None:
    """Queue the letter that says that an association ended a membership; the same for who never belonged."""
    with translation.override(language):
        context = {"association": association.name, "portal_name": settings.PORTAL_NAME, "site_url": settings.SITE_URL}
        queue_message(
            kind="association.ended",
            recipient=email,
            subject=_("About your membership in %(association)s") % {"association": shortened(association.name)},
            text=render_to_string("emails/partners/association_ended.txt", context),
            dedupe_key=f"association.ended:{association.public_id}:{day_key}",
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
    """One letter for each person, however many of their partners belong; each with its own way out."""
    rendered = lru_cache(maxsize=None)(
        lambda language: appeal_text(appeal.association.name, appeal.title, appeal.text, appeal.link, language, _STOP)
    )
    drafts: dict[int, Draft] = {}
    for reader in readers:
        stop = site_address("web:appeals_stop", stop_token(reader))
        drafts.setdefault(
            reader.user_id,
            Draft(
                kind="appeal.forwarded",
                recipient=reader.user.email,
                subject=shortened(f"{appeal.association.name}: {appeal.title}"),
                text=rendered(reader.user.language or settings.LANGUAGE_CODE).replace(_STOP, stop),
                dedupe_key=f"appeal.forwarded:{appeal.public_id}:{reader.user.public_id}",
                unsubscribe_url=stop,
            ),
        )
    return list(drafts.values())
