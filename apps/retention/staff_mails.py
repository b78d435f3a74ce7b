"""Letters to custodians: a hold has to be looked at again. They name the page alone."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.absences import on_duty
from apps.agencies.days import today_in
from apps.agencies.models import Agency, Role
from apps.evidence.models import CaseHold, EvidenceHold
from apps.evidence.services.holds import AnyHold
from apps.notifications.services import Draft, tell_staff


def holds_to_review(agency: Agency) -> tuple[QuerySet[EvidenceHold], QuerySet[CaseHold]]:
    """Holds in force on items and on cases of the agency whose day of review has come there."""
    due = {"lifted_at__isnull": True, "review_on__lte": today_in(agency)}
    items = EvidenceHold.objects.filter(item__agency=agency, **due).select_related("item__submission__case")
    cases = CaseHold.objects.filter(case__agency=agency, **due).select_related("case")
    return items.order_by("review_on", "pk"), cases.order_by("review_on", "pk")


def page_of_hold(hold: AnyHold) -> str:
    """The page on which the hold stands."""
    if isinstance(hold, CaseHold):
        return reverse("admin:agencies_case_change", args=[hold.case.public_id])
    return reverse("admin:evidence_evidenceitem_change", args=[hold.item.public_id])


def tell_of_holds() -> int:
    """Tell custodians on duty of each hold whose day of review came, once for that day. Returns how many holds."""
    count = 0
    for agency in Agency.objects.filter(is_active=True).order_by("pk"):
        due: list[AnyHold] = [hold for rows in holds_to_review(agency) for hold in rows]
        count += len(due)
        for custodian in on_duty(agency, Role.RECORDS_CUSTODIAN) if due else []:
            for hold in due:
                _tell(custodian, hold)
    return count


def _tell(person: User, hold: AnyHold) -> None:
    page = f"{settings.SITE_URL.rstrip('/')}{page_of_hold(hold)}"
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {"person": person, "page": page, "portal_name": settings.PORTAL_NAME}
        tell_staff(
            Draft(
                kind="retention.hold_review",
                recipient=person.email,
                reader=person,
                about=hold.public_id,
                subject=_("Look again: is a hold still needed?"),
                text=render_to_string("emails/retention/hold_review.txt", context),
                digest_line=page,
                dedupe_key=f"hold_review:{hold.public_id}:{hold.review_on}:{person.public_id}",
            )
        )
