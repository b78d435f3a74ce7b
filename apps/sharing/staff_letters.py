"""Records custodians learn that a recipient asks for more time. The letter names neither case nor recipient."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.agencies.absences import on_duty
from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.notifications.services import Draft, tell_staff
from apps.sharing.models import Grant


def tell_of_asking(grant: Grant) -> None:
    """Each records custodian who is there gets one letter a day about this grant."""
    page = settings.SITE_URL.rstrip("/") + reverse("admin:sharing_grant_change", args=[grant.public_id])
    for person in on_duty(grant.agency, Role.RECORDS_CUSTODIAN):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            context = {"person": person, "code": grant.code, "page": page, "portal_name": settings.PORTAL_NAME}
            tell_staff(
                Draft(
                    kind="grant.asked_again",
                    recipient=person.email,
                    reader=person,
                    about=grant.public_id,
                    subject=_("Somebody asks to see again what was shared"),
                    text=render_to_string("emails/sharing/asked_again.txt", context),
                    digest_line=f"{grant.code}: {page}",
                    dedupe_key=f"grant.asked_again:{grant.public_id}:{today_in(grant.agency)}:{person.public_id}",
                )
            )
