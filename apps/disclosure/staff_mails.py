"""Letters to records custodians: a day is near, or a statute has to be looked at again. They name the code alone."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.absences import on_duty
from apps.agencies.days import today_in
from apps.agencies.models import Agency, Role
from apps.disclosure.clock import next_day, to_look_at_again, waiting_until
from apps.disclosure.models import RecordsRequest
from apps.notifications.services import Draft, tell_staff


def tell_of_clocks() -> int:
    """Tell the custodians on duty of each day that comes within RECORDS_WARN_DAYS, once a day that is named.

    Returns how many things were due. Running twice, or by several at once, tells nobody twice.
    """
    count = 0
    for agency in Agency.objects.filter(is_active=True).order_by("pk"):
        today = today_in(agency)
        soon = list(waiting_until(agency, today + timedelta(days=settings.RECORDS_WARN_DAYS)))
        again = list(to_look_at_again(agency, today).select_related("request"))
        if not (soon or again):
            continue
        count += len(soon) + len(again)
        for custodian in on_duty(agency, Role.RECORDS_CUSTODIAN):
            for request in soon:
                _tell("clock", custodian, request, once=f"{next_day(request)}")
            for one in again:
                _tell("review", custodian, one.request, once=f"{one.public_id}:{one.review_on}")
    return count


def _tell(verb: str, person: User, request: RecordsRequest, *, once: str) -> None:
    path = reverse("admin:disclosure_recordsrequest_change", args=[request.public_id])
    page = f"{settings.SITE_URL.rstrip('/')}{path}"
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {
            "clock": _("A records request is due soon"),
            "review": _("Look again: a statute keeps a record back"),
        }
        context = {
            "person": person,
            "verb": verb,
            "code": request.code,
            "day": next_day(request),
            "page": page,
            "portal_name": settings.PORTAL_NAME,
        }
        tell_staff(
            Draft(
                kind=f"records.{verb}",
                recipient=person.email,
                reader=person,
                about=request.public_id,
                subject=subjects[verb],
                text=render_to_string("emails/disclosure/clock.txt", context),
                digest_line=f"{request.code}: {page}",
                dedupe_key=f"records.{verb}:{request.public_id}:{once}:{person.public_id}",
            )
        )
