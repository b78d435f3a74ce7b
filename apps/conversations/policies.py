"""Who reads and writes in a conversation. The owner's side is asked by `footage_requests.access`."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, has_role
from apps.conversations.models import Thread
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.policies import can_end, can_view_request, still_askable, viewable_requests
from apps.footage_requests.states import RequestState

# Who talks to owners. Custodians and auditors read.
WRITERS = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST)


def viewable_threads(user: Person) -> QuerySet[Thread]:
    """The conversations about the requests that this staff member sees."""
    return Thread.objects.filter(invitation__request__in=viewable_requests(user))


def can_view_thread(user: Person, thread: Thread) -> bool:
    return can_view_request(user, thread.invitation.request)


def can_write_in(user: Person, request: FootageRequest) -> bool:
    """Whether this staff member answers owners, takes their questions and writes notes."""
    return can_view_request(user, request) and has_role(user, request.agency, *WRITERS)


def can_begin_with(invitation: Invitation) -> bool:
    """Whether the agency may write first: only while its request is open, and to nobody who may not be asked."""
    return (
        invitation.request.state == RequestState.OPEN
        and still_askable(Invitation.objects.filter(pk=invitation.pk)).exists()
    )


def can_thank(user: Person, request: FootageRequest) -> bool:
    """The author or a supervisor, once the request is over and was ever open."""
    over = request.state in (RequestState.CLOSED, RequestState.EXPIRED, RequestState.WITHDRAWN)
    return over and request.approved_at is not None and can_end(user, request)


def can_set_promises(user: Person, agency: Agency) -> bool:
    return has_role(user, agency, Role.PROGRAM_MANAGER)
