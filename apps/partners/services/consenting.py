"""Which agencies may ask, how, when and how often: saved as one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.partners.services.contacting import ContactWish, set_contact_rules
from apps.partners.services.taking_part import set_consents


@transaction.atomic
def set_consent(
    *, partner: Partner, user: User, agencies: Iterable[Agency], wish: ContactWish, version: int, actor: Actor
) -> None:
    """Which agencies may ask, how, when and how often: all of it or nothing. Raises what the two services raise."""
    set_consents(partner=partner, user=user, agencies=agencies, actor=actor)
    set_contact_rules(partner=partner, user=user, wish=wish, version=version, actor=actor)
