"""Tells a request's board what was submitted: names of files and their states, no footage, so it is no access."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.evidence.models import EvidenceItem, GivenAgain
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.submitted import Given, SubmittedItem


def items_of_request(request: FootageRequest) -> list[SubmittedItem]:
    """Every item that came in answer to this request but those that are restricted: all who see the board read it."""
    came = EvidenceItem.objects.filter(submission__invitation__request=request, restricted_at__isnull=True)
    items = came.select_related("submission__invitation", "match")
    again = GivenAgain.objects.filter(match__request=request, item__restricted_at__isnull=True)
    return [
        SubmittedItem(
            public_id=item.public_id,
            invitation=item.submission.invitation.public_id,
            match=item.match.public_id if item.match else None,
            label=item.filename,
            state=item.get_state_display(),
            received_at=item.received_at,
            url=reverse("admin:evidence_evidenceitem_change", args=[item.public_id]),
        )
        for item in items.order_by("received_at", "pk")
        if item.submission.invitation is not None
    ] + [
        SubmittedItem(
            public_id=use.item.public_id,
            invitation=use.match.invitation.public_id,
            match=use.match.public_id,
            label=_("%(file)s (given before)") % {"file": use.item.filename},
            state=use.item.get_state_display(),
            received_at=use.created_at,
            url=reverse("admin:evidence_evidenceitem_change", args=[use.item.public_id]),
        )
        for use in again.select_related("item", "match__invitation").order_by("pk")
    ]


def given_through(invitation: Invitation) -> Given | None:
    """How many files came through this invitation or were given for it again, by match, and where their receipt is."""
    rows = EvidenceItem.objects.filter(submission__invitation=invitation).order_by()
    counted = rows.values_list("match_id", "submission__public_id").annotate(files=Count("pk"))
    files: dict[int | None, int] = {}
    receipt = ""
    for match, submission, number in counted:
        files[match] = number
        receipt = reverse("evidence:receipt", args=[submission])
    for use in GivenAgain.objects.filter(match__invitation=invitation).select_related("item__submission"):
        files[use.match_id] = files.get(use.match_id, 0) + 1
        receipt = receipt or reverse("evidence:receipt", args=[use.item.submission.public_id])
    return Given(files, receipt) if files else None
