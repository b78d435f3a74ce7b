"""prepare_request: a call for service becomes the draft of a request, which a detective finishes."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.calls.models import Call
from apps.calls.policies import BOARD_ROLES, can_view_call
from apps.core.errors import InvalidInput, NotFound
from apps.footage_requests import policies
from apps.footage_requests.from_call import proposed_by
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.services.drafting import draft_request
from apps.notifications.services import Draft, tell_staff


def prepare_request(
    *,
    user: User,
    call: Call,
    author: User,
    case_number: str,
    incident_type: str,
    request_key: UUID | None = None,
) -> FootageRequest:
    """Draft a request from a call for a detective or supervisor, who gets a mail, changes it and submits it.

    A repeat of `request_key` returns the first one. Raises NotFound for a call of another agency, InvalidInput for a
    call without a place, an author without the role, or what `draft_request` refuses.
    """
    if not can_view_call(user, call):
        raise NotFound(_("There is no such call among those of your agencies."))
    if not policies.can_author(author, call.agency):
        sentence = _("Choose a detective or supervisor of the agency.")
        raise InvalidInput.about("author", sentence)
    proposed = proposed_by(call) | {"case_number": case_number, "incident_type": incident_type}
    with transaction.atomic():
        request = draft_request(
            user=author,
            agency=call.agency,
            call=call,
            request_key=request_key,
            actor=acting_as(user, call.agency, *BOARD_ROLES).actor,
            **proposed,
        )
        if author != user:
            _tell(author, request)
        return request


def _tell(author: User, request: FootageRequest) -> None:
    """A mail that names neither case nor place: a mailbox is not a safe."""
    path = reverse("admin:footage_requests_footagerequest_edit", args=[request.public_id])
    page = f"{settings.SITE_URL.rstrip('/')}{path}"
    with translation.override(author.language or settings.LANGUAGE_CODE):
        context = {
            "person": author,
            "page": page,
            "portal_name": settings.PORTAL_NAME,
        }
        draft = Draft(
            kind="request.prepared",
            recipient=author.email,
            reader=author,
            about=request.public_id,
            digest_line=f"{request.code}: {page}",
            subject=_("A colleague prepared a request for footage for you"),
            text=render_to_string("emails/footage_requests/prepared.txt", context),
            dedupe_key=f"request.prepared:{request.public_id}",
        )
        tell_staff(draft)
