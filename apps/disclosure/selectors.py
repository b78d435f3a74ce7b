"""Reads of records requests."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.disclosure import policies
from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding


def get_records_request_for(user: Person, public_id: UUID | str) -> RecordsRequest:
    """The request, if the person may read it. Raises NotFound."""
    rows = policies.viewable_records_requests(user).select_related("agency", "taken_by")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such request of your agencies."))
    return found


def get_line_for(user: Person, public_id: UUID | str) -> RequestedItem:
    """An item of a request, if the person may read the request. Raises NotFound."""
    rows = RequestedItem.objects.filter(request__in=policies.viewable_records_requests(user))
    found = rows.select_related("request__agency", "item").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such request of your agencies."))
    return found


def get_withholding_for(user: Person, public_id: UUID | str) -> Withholding:
    """A line of the exemption log, if the person may read its request. Raises NotFound."""
    rows = Withholding.objects.filter(request__in=policies.viewable_records_requests(user))
    found = rows.select_related("request__agency").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such request of your agencies."))
    return found


def lines_of(request: RecordsRequest) -> list[RequestedItem]:
    """The items of a request, in the order in which they were added."""
    rows = RequestedItem.objects.filter(request=request).order_by("pk")
    return list(
        rows.select_related("item__submission__case", "decided_by", "redaction__made").prefetch_related("withholdings")
    )
