"""What every verb of a canvass asks first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.canvass.models import Canvass
from apps.canvass.policies import OFFICERS, can_lead_canvass, can_view_canvass
from apps.core.errors import NotAllowed, NotFound
from apps.core.locks import locked
from apps.ledger.values import Actor, Subject


def locked_canvass(canvass: Canvass) -> Canvass:
    """The canvass, locked: its doors and visits are added by one after the other."""
    return locked(Canvass.objects).select_related("agency", "case").get(pk=canvass.pk)


def check_leads(user: User, canvass: Canvass) -> None:
    """Raise NotFound for whom it does not exist, NotAllowed for who only goes along."""
    if not can_view_canvass(user, canvass):
        raise NotFound(_("There is no such canvass among yours."))
    if not can_lead_canvass(user, canvass):
        raise NotAllowed(_("Only the officer who began this canvass, or a supervisor, does that."))


def officer_of(user: User, canvass: Canvass) -> Actor:
    """As the ledger names the officer."""
    return acting_as(user, canvass.agency, *OFFICERS).actor


def subject_of(canvass: Canvass) -> Subject:
    """As the ledger names the canvass."""
    return Subject.of("canvass", canvass.public_id)
