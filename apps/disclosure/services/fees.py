"""note_fee: what the agency reckons or charges (s. 119.07(4), F.S.). The portal takes no money."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput
from apps.disclosure.models import Fee, RecordsRequest
from apps.disclosure.services.guard import actor_of, locked_request, subject_of
from apps.disclosure.states import FeeKind
from apps.ledger import services as ledger

NOTE_MAX = 300
MOST = Decimal(1_000_000)


def note_fee(*, request: RecordsRequest, user: User, kind: str, amount: Decimal, note: str) -> Fee:
    """Write down an amount in dollars, and how it was reckoned. Raises as `locked_request`, InvalidInput.

    Also after the answer: money may come later.
    """
    note = text.line(note, field="note", most=NOTE_MAX)
    if kind not in FeeKind.values:
        raise InvalidInput(_("Choose what it is."), fields={"kind": _("Choose what it is.")})
    if not amount.is_finite() or not 0 <= amount <= MOST:
        sentence = _("Give an amount in dollars, from 0 to 1,000,000.")
        raise InvalidInput.about("amount", sentence)
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    with transaction.atomic():
        mine = locked_request(request, user, open_only=False)
        fee = Fee.objects.create(request=mine, kind=kind, cents=cents, note=note, made_by=user)
        ledger.record(
            "records_request.fee_noted",
            subject_of(mine),
            actor_of(user, mine),
            fee=str(fee.public_id),
            kind=kind,
            cents=cents,
            private={"note": note},
        )
        return fee
