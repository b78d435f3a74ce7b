"""After a database was put back: erase again who was erased since it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models

from apps.accounts.models import User
from apps.backups.erasures import ACTS, Erasure
from apps.core.errors import PortalError
from apps.disclosure.models import RecordsRequest
from apps.disclosure.services import erase_contact_again
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.states import ItemState
from apps.evidence.storage import derivative_key, original_key
from apps.evidence.vouching import DISPOSED
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.privacy.closing import erase_account_again, erase_partner_again
from apps.prospects.models import OwnerInvitation
from apps.prospects.services.erasing import erase_unanswered


@dataclass(slots=True)
class Again:
    """How many were erased again, and which could not be."""

    erased: int = 0
    failures: list[str] = field(default_factory=list)


def erase_again(forgotten: Sequence[Erasure], *, actor: Actor) -> Again:
    """Do again what the database forgot, people first. Can be killed and repeated: what is erased stays erased.

    What two people disposed of is not disposed of again by one machine: its bytes are only not brought back.
    """
    again = Again()
    for erasure in sorted(forgotten, key=lambda one: ACTS.index(one.act)):
        if erasure.act == DISPOSED:
            continue
        try:
            again.erased += _erase(erasure, actor)
        except PortalError as error:
            again.failures.append(f"{erasure.kind} {erasure.id} was erased on {erasure.at} and is not now: {error}")
    return again


def disposed(forgotten: Sequence[Erasure]) -> tuple[list[EvidenceItem], set[str]]:
    """Items that two people disposed of since, and the keys of their bytes that no other item has."""
    ids = [UUID(erasure.id) for erasure in forgotten if erasure.act == DISPOSED]
    items = list(EvidenceItem.objects.filter(public_id__in=ids).exclude(state=ItemState.DISPOSED).order_by("pk"))
    kept = EvidenceItem.objects.exclude(pk__in=[item.pk for item in items])
    keys = {original_key(item.digest) for item in items if not kept.filter(digest=item.digest).exists()}
    made = Derivative.objects.filter(item__in=items).exclude(
        digest__in=Derivative.objects.filter(item__in=kept).values("digest")
    )
    return items, keys | {derivative_key(digest) for digest in made.values_list("digest", flat=True)}


def _erase(erasure: Erasure, actor: Actor) -> bool:
    model, erase = _AGAIN[erasure.kind]
    # Whoever came after the backup was made is not in it.
    row = model._default_manager.filter(public_id=erasure.id).first()
    return row is not None and erase(row, actor)


def _erase_owner(invitation: OwnerInvitation, actor: Actor) -> bool:
    return erase_unanswered(invitation=invitation, actor=actor).state != invitation.state


_AGAIN: dict[str, tuple[type[models.Model], Callable[..., bool]]] = {
    "user": (User, lambda user, actor: erase_account_again(user=user, actor=actor)),
    "partner": (Partner, lambda partner, actor: erase_partner_again(partner=partner, actor=actor)),
    "owner_invitation": (OwnerInvitation, _erase_owner),
    "records_request": (RecordsRequest, lambda request, actor: erase_contact_again(request=request, actor=actor)),
}
