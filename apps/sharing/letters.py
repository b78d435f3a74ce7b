"""Letters to recipients outside. They name no case, no file and nobody: a mailbox is not a safe."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.links.models import Link
from apps.notifications.services import queue_message
from apps.sharing.models import Grant


def send_link(grant: Grant, link: Link) -> None:
    """The letter with the link; one for each link."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "agency": grant.agency.name,
            "days": settings.GRANT_LINK_DAYS,
            "link": link.address,
            "code": link.code,
            "code_page": f"{settings.SITE_URL.rstrip('/')}{reverse('links:code')}",
            "portal_name": settings.PORTAL_NAME,
        }
        queue_message(
            kind="grant.link",
            recipient=grant.address,
            subject=_("%(agency)s shares video with you") % {"agency": grant.agency.name},
            text=render_to_string("emails/sharing/link.txt", context),
            dedupe_key=f"grant.link:{grant.public_id}:{link.generation}",
        )
