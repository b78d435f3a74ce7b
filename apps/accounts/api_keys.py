"""Keys for programs: make, see, revoke, and let one name the caller."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from apps.accounts.models import PERSON_SCOPES, ApiKey, KeyHolder, KeyScope, User
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError, TooMany
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

PREFIX = "ccp_"
KEYWORD = "Token"
MOST_KEYS = 20
LONGEST_DAYS = 3660
# Written at most so often: a program that calls each second writes no row each second.
_USE_NOTED_EVERY = timedelta(minutes=10)


class BadKey(PortalError):
    """The caller shows a key that opens nothing: mistyped, revoked, run out, or of an account that may have none."""

    status = 401


def digest_of_key(key: str) -> str:
    """What the table holds in place of the key."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def keys_of(user: User) -> QuerySet[ApiKey]:
    """The person's keys that open something or have run out, the newest first; revoked ones are gone from the list."""
    return live_keys(KeyHolder.PERSON, user.public_id)


def live_keys(kind: str, holder_id: UUID) -> QuerySet[ApiKey]:
    """The keys of one holder that were not revoked, the newest first."""
    rows = ApiKey.objects.filter(holder_kind=kind, holder_id=holder_id, revoked_at__isnull=True)
    return rows.order_by("-pk")


def issue_key(*, user: User, name: str, scope: str, days: int | None, actor: Actor) -> tuple[ApiKey, str]:
    """A new key for this person and the secret itself, returned this once. `days` is its term; None: it has no end.

    Raises NotAllowed for staff (their acts need a second factor, which a key does not have), InvalidInput, TooMany.
    """
    if user.is_staff:
        raise NotAllowed(_("A staff account cannot have a key for programs."), code="staff_account")
    if scope not in PERSON_SCOPES:
        sentence = _("Choose what the key may do.")
        raise InvalidInput.about("scope", sentence)
    holder = Subject.of("user", user.public_id)
    return add_key(KeyHolder.PERSON, holder, made_by=user, name=name, scope=scope, days=days, actor=actor)


def add_key(
    kind: str, holder: Subject, /, *, made_by: User, name: str, scope: str, days: int | None, actor: Actor
) -> tuple[ApiKey, str]:
    """Make a key for a holder, whom the caller has checked. Part of each verb that issues one.

    Raises InvalidInput for its name or term, TooMany beyond MOST_KEYS of the holder.
    """
    name = text.line(name, field="name", most=60)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        sentence = _("Choose how long the key works.")
        raise InvalidInput.about("days", sentence)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        if live_keys(kind, UUID(holder.public_id)).count() >= MOST_KEYS:
            raise TooMany(_("You have many keys already. Revoke one that you no longer use first."), code="keys")
        key = ApiKey.objects.create(
            holder_kind=kind,
            holder_id=holder.public_id,
            made_by=made_by,
            name=name,
            scope=scope,
            start=secret[: len(PREFIX) + 4],
            digest=digest_of_key(secret),
            expires_at=timezone.now() + timedelta(days=days) if days is not None else None,
        )
        ledger.record("api_key.issued", holder, actor, key=str(key.public_id), scope=scope, days=days or 0)
    return key, secret


def revoke_key(*, user: User, public_id: UUID, actor: Actor) -> bool:
    """This key of the person stops working. Says whether it still did. Raises NotFound for somebody else's."""
    with transaction.atomic():
        own = ApiKey.objects.filter(holder_kind=KeyHolder.PERSON, holder_id=user.public_id)
        key = own.filter(public_id=public_id).first()
        if key is None:
            raise NotFound(_("There is no such key among yours."))
        return revoke(key, Subject.of("user", user.public_id), actor)


def revoke_keys_of(*, user: User, actor: Actor) -> int:
    """Every key of the person stops working; returns how many did. Part of closing an account."""
    with transaction.atomic():
        holder = Subject.of("user", user.public_id)
        return sum(revoke(key, holder, actor) for key in keys_of(user))


def delete_keys_of(*, user: User) -> None:
    """Part of erasing or holding an account, whose entry says it."""
    ApiKey.objects.filter(holder_kind=KeyHolder.PERSON, holder_id=user.public_id).delete()


class DeadKey(AuthenticationFailed):
    """A key that opens nothing here."""

    default_detail = gettext_lazy("This key does not open anything. It may have been revoked or have run out.")


def key_shown(request: Any, kind: str) -> ApiKey | None:
    """The living key of a holder of this kind that the request shows; None where it shows none at all.

    Raises DeadKey, AuthenticationFailed for what is no key.
    """
    words = get_authorization_header(request).split()
    if not words or words[0].lower() != KEYWORD.lower().encode():
        return None
    if len(words) != 2:
        raise AuthenticationFailed(_("Send the word Token, one space, and the key."))
    digest = digest_of_key(words[1].decode("latin-1"))
    key = ApiKey.objects.select_related("made_by").filter(digest=digest, holder_kind=kind).first()
    if key is None or not key.lives:
        raise DeadKey
    return key


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Token <key>`. Never for staff, whatever the table holds; a key to see changes nothing.

    `scopes` are those that open something here: a recorder's key has addresses of its own.
    """

    scopes: tuple[str, ...] = (KeyScope.READ, KeyScope.FULL)

    def authenticate(self, request: Any) -> tuple[User, ApiKey] | None:
        key = key_shown(request, KeyHolder.PERSON)
        if key is None:
            return None
        if not key.made_by.is_active:
            raise DeadKey
        if key.made_by.is_staff:
            raise AuthenticationFailed(_("A staff account cannot use a key for programs."))
        if key.scope not in self.scopes:
            raise PermissionDenied(_("This key is for something else. It opens nothing here."), code="scope")
        if key.scope == KeyScope.READ and request.method not in SAFE_METHODS:
            raise PermissionDenied(_("This key may only see. Make one that may change things."))
        note_use(key)
        return key.made_by, key

    def authenticate_header(self, request: Any) -> str:
        return KEYWORD


class ExporterKeyAuthentication(ApiKeyAuthentication):
    """Recorders' keys alone."""

    scopes = (KeyScope.EXPORTER,)


class FilesKeyAuthentication(ApiKeyAuthentication):
    """Where files come in: `exporter_key` says who may send agreed pieces alone."""

    scopes = (KeyScope.READ, KeyScope.FULL, KeyScope.EXPORTER)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names it."""

    target_class = ApiKeyAuthentication
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        found: dict[str, str] = build_bearer_security_scheme_object(header_name="Authorization", token_prefix=KEYWORD)
        return found


class ExporterKeyScheme(ApiKeyScheme):  # type: ignore[no-untyped-call]
    """The same header, with a recorder's key."""

    target_class = ExporterKeyAuthentication
    name = "recorderAuth"


def sign_in_by_key(request: HttpRequest) -> None:
    """Let `Authorization: Token <key>` name the caller of a view that is not DRF's; without one nothing changes.

    Raises BadKey for a key that opens nothing, whomever the browser's session names; NotAllowed beyond its scope.
    """
    try:
        found = FilesKeyAuthentication().authenticate(request)
    except AuthenticationFailed as refusal:
        raise BadKey(str(refusal.detail), code="key") from refusal
    except PermissionDenied as refusal:
        raise NotAllowed(str(refusal.detail), code="scope") from refusal
    if found is not None:
        request.user, request.key_for_programs = found  # type: ignore[attr-defined]


def exporter_key(request: HttpRequest) -> ApiKey | None:
    """The recorder's key that `sign_in_by_key` found, which sends agreed pieces and nothing else; None without one."""
    key: ApiKey | None = getattr(request, "key_for_programs", None)
    return key if key is not None and key.scope == KeyScope.EXPORTER else None


def note_use(key: ApiKey) -> None:
    """Remember when the key was last used, to within ten minutes."""
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - _USE_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at <= now - _USE_NOTED_EVERY:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def revoke(key: ApiKey, holder: Subject, actor: Actor) -> bool:
    """The key stops working. Says whether it still did. Part of each verb that revokes one."""
    changed = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if changed:
        ledger.record("api_key.revoked", holder, actor, key=str(key.public_id))
    return bool(changed)
