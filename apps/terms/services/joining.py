"""Joining the program on the page that shows its documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.partners.services import join_program
from apps.terms.services.accepting import Shown, accept_documents


@transaction.atomic
def join_and_accept(
    *,
    user: User,
    kind: str,
    name: str,
    agencies: Iterable[Agency],
    shown: Sequence[Shown],
    request_key: UUID,
    actor: Actor,
) -> Partner:
    """Joins the program and accepts the documents that the same page showed: both, or neither.

    Raises what `join_program` and `accept_documents` raise, Stale where the documents changed meanwhile. Where none was
    shown, none is accepted; the partner is asked for it before anything else.
    """
    partner = join_program(user=user, kind=kind, name=name, agencies=agencies, request_key=request_key, actor=actor)
    if shown:
        accept_documents(partner=partner, user=user, shown=shown, actor=actor)
    return partner
