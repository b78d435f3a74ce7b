"""thank_owners: once a request is over, everybody who answered reads thanks, and how it ended if the author says so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.models import Thanks
from apps.conversations.policies import can_thank
from apps.conversations.services.guard import add_message, thread_in
from apps.conversations.services.telling import tell_owner
from apps.conversations.states import MessageKind, Side
from apps.conversations.words import checked_text
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.services.guard import locked_for, subject_of
from apps.footage_requests.states import InvitationState, MatchState, RequestState
from apps.ledger import services as ledger
from apps.ledger.values import Actor


def thank_owners(
    *, user: User, request: FootageRequest, text: str = "", tells_outcome: bool = False, actor: Actor
) -> Thanks:
    """Thank all partners who answered, with one letter each and a question about how it went. Once for a request.

    `text` is the same for everybody. Raises NotFound, NotAllowed, WrongState while the request runs or if its owners
    were thanked already, InvalidInput.
    """
    text = checked_text(text, side=Side.AGENCY, required=False)
    with transaction.atomic():
        request = locked_for(user, request)
        if request.state not in (RequestState.CLOSED, RequestState.EXPIRED, RequestState.WITHDRAWN):
            raise WrongState(_("Owners are thanked once the request is over."))
        if not can_thank(user, request):
            raise NotAllowed(_("Only the author or a supervisor can do this."))
        if Thanks.objects.filter(request=request).exists():
            raise WrongState(_("The owners who answered were thanked already."))
        thanks = Thanks.objects.create(request=request, author=user, words=text, tells_outcome=tells_outcome)
        answered = Invitation.objects.filter(
            pk__in=Invitation.objects.filter(request=request, matches__state=MatchState.ANSWERED).values("pk"),
            partner__left_at__isnull=True,
        ).exclude(state=InvitationState.REVOKED)
        thanked = list(locked(answered).select_related("partner"))
        for invitation in thanked:
            invitation.request = request
            message = add_message(
                thread_in(invitation), side=Side.AGENCY, kind=MessageKind.THANKS, text=text, author=user
            )
            tell_owner(message)
        ledger.record(
            "request.owners_thanked",
            subject_of(request),
            actor,
            partners=len(thanked),
            tells_outcome=tells_outcome,
        )
        return thanks
