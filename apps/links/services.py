"""Issue, renew and revoke. Each is part of an act on the subject: that act's service holds the subject's lock and
writes the ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.rows import insert_rows
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.kinds import Kind
from apps.links.models import Link


def issue_links(*, kind: Kind, subjects: Iterable[UUID], expires_at: datetime | None = None) -> list[Link]:
    """A link for each subject, in one statement. What is returned is for a letter: it has no key and is not saved."""
    links = [Link(kind=kind.name, subject=subject, expires_at=expires_at) for subject in subjects]
    for link in links:
        link.set_digests()
    columns: dict[str, list[Any]] = {
        "subject": [link.subject for link in links],
        "token_digest": [link.token_digest for link in links],
        "code_digest": [link.code_digest for link in links],
    }
    insert_rows(Link, columns, kind=kind.name, expires_at=expires_at)
    return links


def issue_link(*, kind: Kind, subject: UUID, expires_at: datetime | None = None) -> Link:
    """The subject's link."""
    link = Link(kind=kind.name, subject=subject, expires_at=expires_at)
    link.set_digests()
    link.save()
    return link


def renew_link(*, kind: Kind, subject: UUID, expires_at: datetime | None = None) -> Link:
    """The next generation: what opened the subject before, in letters and browsers, opens it no more.

    `expires_at` sets a new end; None leaves the old one.
    """
    link = Link.objects.get(kind=kind.name, subject=subject)
    link.generation += 1
    link.set_digests()
    link.expires_at = expires_at or link.expires_at
    link.save(update_fields=["generation", "token_digest", "code_digest", "expires_at"])
    return link


def link_for_letter(*, kind: Kind, subject: UUID) -> Link:
    """The link that a letter can carry again; renewed if the server's key has changed since it was issued."""
    link = Link.objects.get(kind=kind.name, subject=subject)
    return link if link.is_current else renew_link(kind=kind, subject=subject)


def renew_outdated_links(*, actor: Actor) -> int:
    """Renew every living link that another SECRET_KEY made; returns how many. After a death the next run goes on.

    One statement for each: a link that its subject's own act renews at the same moment is left to it.
    """
    renewed = 0
    for link in Link.objects.filter(revoked_at__isnull=True).order_by("pk").iterator():
        if not link.lives or link.is_current:
            continue
        before = link.generation
        link.generation += 1
        link.set_digests()
        renewed += Link.objects.filter(pk=link.pk, generation=before).update(
            generation=link.generation, token_digest=link.token_digest, code_digest=link.code_digest
        )
    if renewed:
        with transaction.atomic():
            ledger.record("links.renewed", Subject("links", "all"), actor, links=renewed)
    return renewed


def links_of(*, kind: Kind, subjects: Iterable[UUID]) -> dict[UUID, Link]:
    """The links of these subjects, by subject."""
    return {link.subject: link for link in Link.objects.filter(kind=kind.name, subject__in=list(subjects))}


def revoke_link(*, kind: Kind, subject: UUID) -> None:
    """The subject has no link any more, at once and also for browsers that opened it. Again, it changes nothing."""
    links = Link.objects.filter(kind=kind.name, subject=subject, revoked_at__isnull=True)
    links.update(revoked_at=timezone.now())
