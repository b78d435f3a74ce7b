"""What every verb of a records request checks first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.disclosure import policies
from apps.disclosure.models import RecordsRequest
from apps.disclosure.states import OPEN_STATES
from apps.ledger.values import Actor, Subject


def locked_request(request: RecordsRequest, user: User, *, open_only: bool = True) -> RecordsRequest:
    """The request under its lock, for its agency's custodian.

    Raises NotFound for one of other agencies, NotAllowed for anybody but a records custodian, WrongState for one that
    has ended, unless `open_only` is false.
    """
    mine = locked(RecordsRequest.objects).select_related("agency").get(pk=request.pk)
    if not policies.can_view_records_request(user, mine):
        raise NotFound(_("There is no such request of your agencies."))
    if not policies.can_work_on(user, mine):
        raise NotAllowed(_("Only a records custodian of this agency works on its records requests."), code="role")
    if open_only and mine.state not in OPEN_STATES:
        raise WrongState(_("This request has ended. Take it up again first."), code="ended")
    return mine


def actor_of(user: User, request: RecordsRequest) -> Actor:
    """The custodian, as the ledger names them."""
    return acting_as(user, request.agency, *policies.KEEPERS).actor


def subject_of(request: RecordsRequest) -> Subject:
    """As the ledger names it."""
    return Subject.of("records_request", request.public_id)


def changed(request: RecordsRequest) -> None:
    """Count a change: whoever answers has to have read it."""
    request.version += 1
    request.save(update_fields=["version"])
