"""Which links a browser has opened: a signed cookie for each kind, with up to eight keys, newest first.

A key is `<subject>:<generation>`. Renewing a link raises the generation, so older cookies die with the older letters.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import CharField, UUIDField
from django.http import HttpRequest, HttpResponse

from apps.core.prepared import Given, PreparedQuery
from apps.links.kinds import Kind
from apps.links.models import Link
from apps.links.secrets import digest_of_code, digest_of_token, matches

_MOST = 8
_NOBODYS = "0" * 64


def link_by_secret(*, kind: Kind, subject: UUID, secret: str) -> Link | None:
    """The subject's link, if this is its token or its code. An unknown subject costs the same comparisons."""
    found = Link.objects.filter(kind=kind.name, subject=subject).first()
    by_token = matches(digest_of_token(secret), found.token_digest if found else _NOBODYS)
    by_code = matches(digest_of_code(secret), found.code_digest if found else _NOBODYS)
    return found if found is not None and (by_token or by_code) else None


def link_by_code(typed: str) -> Link | None:
    """The link of any kind that this code opens."""
    return Link.objects.filter(code_digest=digest_of_code(typed)).first()


def opened_keys(request: HttpRequest, kind: Kind) -> list[tuple[UUID, int]]:
    """Subject and generation of the links that this browser has opened, newest first, dead ones too."""
    raw = request.get_signed_cookie(cookie_name(kind), default="", salt=_salt(kind), max_age=_seconds(kind))
    keys = []
    for part in (raw or "").split():
        subject, _, generation = part.partition(":")
        try:
            keys.append((UUID(subject), int(generation)))
        except ValueError:
            continue
    return keys[:_MOST]


def opened_subjects(request: HttpRequest, kind: Kind) -> list[UUID]:
    """Subjects that this browser's links open now, newest first, in one query."""
    keys = opened_keys(request, kind)
    if not keys:
        return []
    links = Link.objects.filter(kind=kind.name, subject__in=[subject for subject, _ in keys])
    living = {(link.subject, link.generation) for link in links if link.lives}
    return [key[0] for key in keys if key in living]


# Asked with each part of each file.
_OF = PreparedQuery(lambda: Link.objects.filter(kind=Given("kind", CharField()), subject=Given("subject", UUIDField())))


def has_opened(request: HttpRequest, kind: Kind, subject: UUID) -> bool:
    """Whether this browser has opened the subject by a link that still lives: one small query."""
    generations = [generation for one, generation in opened_keys(request, kind) if one == subject]
    if not generations:
        return False
    return any(link.generation in generations and link.lives for link in _OF.given(kind=kind.name, subject=subject))


def once_opened(request: HttpRequest, kind: Kind, subject: UUID) -> bool:
    """Whether this browser opened some generation of the link once, living or dead."""
    return any(one == subject for one, _ in opened_keys(request, kind))


def remember(response: HttpResponse, request: HttpRequest, link: Link) -> None:
    """Set the cookie that opens this link's subject, in front of those that it already opens."""
    kind = link.of_kind
    keys = [key for key in opened_keys(request, kind) if key[0] != link.subject]
    keys.insert(0, (link.subject, link.generation))
    response.set_signed_cookie(
        cookie_name(kind),
        " ".join(f"{subject}:{generation}" for subject, generation in keys[:_MOST]),
        salt=_salt(kind),
        max_age=_seconds(kind),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def remember_subject(response: HttpResponse, request: HttpRequest, kind: Kind, subject: UUID) -> None:
    """The same for a page that took the code itself."""
    remember(response, request, Link.objects.get(kind=kind.name, subject=subject))


def cookie_name(kind: Kind) -> str:
    """Of the cookie that remembers the opened links of this kind."""
    return f"{settings.COOKIE_PREFIX}link-{kind.name}"


def _salt(kind: Kind) -> str:
    return f"links.{kind.name}"


def _seconds(kind: Kind) -> int:
    return int(kind.remembered().total_seconds())
