"""Keys with which an agency's programs report to the portal: dispatch sends its calls for service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework.authentication import BaseAuthentication

from apps.accounts.api_keys import KEYWORD, DeadKey, add_key, key_shown, live_keys, note_use, revoke
from apps.accounts.models import ApiKey, KeyHolder, KeyScope, User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role
from apps.agencies.policies import agencies_of
from apps.core.errors import NotFound
from apps.ledger.values import Actor, Subject


def managed_agencies(user: User) -> QuerySet[Agency]:
    """The agencies whose keys this person looks after, as their program manager."""
    return agencies_of(user, Role.PROGRAM_MANAGER)


def keys_of_agency(agency: Agency) -> QuerySet[ApiKey]:
    """The agency's keys that were not revoked, the newest first."""
    return live_keys(KeyHolder.AGENCY, agency.public_id)


def issue_agency_key(*, user: User, agency: Agency, name: str, days: int) -> tuple[ApiKey, str]:
    """A new key that reports calls of this agency and opens nothing else; the secret is returned this once.

    Raises NotAllowed for somebody who is no program manager there, InvalidInput, TooMany.
    """
    actor = acting_as(user, agency, Role.PROGRAM_MANAGER).actor
    holder = Subject.of("agency", agency.public_id)
    return add_key(KeyHolder.AGENCY, holder, made_by=user, name=name, scope=KeyScope.CALLS, days=days, actor=actor)


def revoke_agency_key(*, user: User, public_id: UUID) -> bool:
    """This key stops working. Says whether it still did. Raises NotFound for a key of another agency."""
    with transaction.atomic():
        found = ApiKey.objects.filter(holder_kind=KeyHolder.AGENCY, public_id=public_id).first()
        agency = managed_agencies(user).filter(public_id=found.holder_id).first() if found else None
        if found is None or agency is None:
            raise NotFound(_("There is no such key in your agencies."))
        holder = Subject.of("agency", agency.public_id)
        return revoke(found, holder, acting_as(user, agency, Role.PROGRAM_MANAGER).actor)


@dataclass(frozen=True, slots=True)
class Program:
    """What calls with an agency's key: not a person, so it signs in nowhere and sees no page."""

    agency: Agency
    key: ApiKey

    is_authenticated = True
    is_active = True
    is_staff = False

    @property
    def pk(self) -> str:
        """By which calls are counted."""
        return f"key-{self.key.public_id}"

    @property
    def actor(self) -> Actor:
        """As the ledger names it."""
        return Actor.program(self.key.public_id, self.agency.short_name)


class AgencyKeyAuthentication(BaseAuthentication):
    """`Authorization: Token <key>` with a key of an agency."""

    def authenticate(self, request: Any) -> tuple[Program, ApiKey] | None:
        key = key_shown(request, KeyHolder.AGENCY)
        if key is None:
            return None
        agency = Agency.objects.filter(public_id=key.holder_id, is_active=True).first()
        if agency is None:
            raise DeadKey
        note_use(key)
        return Program(agency, key), key

    def authenticate_header(self, request: Any) -> str:
        return KEYWORD


class AgencyKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names it."""

    target_class = AgencyKeyAuthentication
    name = "agencyKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        found: dict[str, str] = build_bearer_security_scheme_object(header_name="Authorization", token_prefix=KEYWORD)
        return found
