"""An association's contact sends an agency's appeal on to the members who agreed to such letters."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotFound, TooMany
from apps.core.locks import locked
from apps.core.official import carries_link
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.notifications.services import queue_messages
from apps.partners import letters
from apps.partners.models import AppealReader, ForwardedAppeal, Membership, Partner
from apps.partners.services.associations import check_leads

TITLE_MAX, TEXT_MAX, LINK_MAX = 120, 1500, 500


def checked_appeal(*, title: str, text_: str, link: str) -> tuple[str, str, str]:
    """The three parts, trimmed. Raises InvalidInput with field names.

    A link leads to this portal or to a host that the city named (APPEAL_HOSTS): a letter of ours carries no other.
    """
    title = text.line(title, field="title", most=TITLE_MAX)
    body = text.paragraphs(text_, field="text", most=TEXT_MAX)
    if carries_link(f"{title} {body}"):
        sentence = _("Put the link in its own field: text with another link is not sent.")
        raise InvalidInput.about("text", sentence)
    return title, body, _checked_link(text.line(link, field="link", most=LINK_MAX))


def forward_appeal(
    *, association: Partner, title: str, text_: str, link: str, user: User, request_key: UUID | None, actor: Actor
) -> ForwardedAppeal:
    """Queue one letter for each person who agreed, in their language. A repeated key finds the first.

    Nobody learns to whom, nor how many. Raises NotFound, InvalidInput, TooMany.
    """
    title, body, link = checked_appeal(title=title, text_=text_, link=link)
    with transaction.atomic():
        association = locked(Partner.objects).get(pk=association.pk)
        check_leads(user, association)
        earlier = ForwardedAppeal.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is None:
            _check_limits(association)
        appeal, created = create_once(
            ForwardedAppeal,
            request_key=request_key,
            association=association,
            sender=user,
            title=title,
            text=body,
            link=link,
        )
        if not created:
            if appeal.association_id != association.pk:
                raise NotFound(_("There is no such appeal among yours."))
            return appeal
        ledger.record(
            "appeal.forwarded",
            Subject.of("forwarded_appeal", appeal.public_id),
            actor,
            association=str(association.public_id),
            host=urlsplit(link).hostname or "",
            private={"title": title, "text": body, "link": link},
        )
        queue_messages(letters.appeal_drafts(appeal, readers_of(association)))
        return appeal


def readers_of(association: Partner) -> QuerySet[AppealReader]:
    """Who agreed, still belongs, still acts for that partner, and can read; a person of two partners twice."""
    member = Membership.objects.filter(
        partner_id=OuterRef("affiliation__partner_id"), user_id=OuterRef("user_id"), ended_at__isnull=True
    )
    return AppealReader.objects.filter(
        Exists(member),
        affiliation__association=association,
        affiliation__ended_at__isnull=True,
        affiliation__partner__left_at__isnull=True,
        ended_at__isnull=True,
        user__is_active=True,
        user__is_staff=False,
    ).select_related("user")


def _check_limits(association: Partner) -> None:
    now = timezone.now()
    for days, most in ((1, settings.APPEALS_PER_DAY), (30, settings.APPEALS_PER_MONTH)):
        since = now - timedelta(days=days)
        if ForwardedAppeal.objects.filter(association=association, created_at__gte=since).count() >= most:
            raise TooMany(
                _("Enough letters went out for now. People who get many stop reading them. Please try again later."),
                code="appeals",
            )


def _checked_link(link: str) -> str:
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port = "", None
    hosts = appeal_hosts()
    ours = urlsplit(settings.SITE_URL)
    secure = parts.scheme == "https" or (parts.scheme, host) == (ours.scheme, ours.hostname) if host else False
    if not secure or host not in hosts or parts.username or (port and (host, port) != (ours.hostname, ours.port)):
        sentence = _("The link has to start with https:// and lead to one of these: %(hosts)s") % {
            "hosts": ", ".join(hosts)
        }
        raise InvalidInput.about("link", sentence)
    return link


def appeal_hosts() -> list[str]:
    """Where a forwarded link may lead: this portal, and what the city named."""
    own = urlsplit(settings.SITE_URL).hostname or ""
    return list(dict.fromkeys([own, *(host.lower() for host in settings.APPEAL_HOSTS)]))
