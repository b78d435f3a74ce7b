"""The link of the yearly letter."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.cameras.models import Confirmation
from apps.links.kinds import Kind, register


def _admits(subject: UUID) -> bool:
    return Confirmation.objects.filter(public_id=subject, partner__left_at__isnull=True).exists()


CONFIRMATION = register(
    Kind(
        name="confirmation",
        page="web:confirmation",
        title=_("Confirm your cameras"),
        lead=_("Use the link in the letter that we sent you. If it does nothing, type the code from the letter."),
        button=_("Open the page"),
        wrong=_("This does not open. Use the newest letter, check each letter of the code, or sign in."),
        remembered=lambda: timedelta(days=1),
        admits=_admits,
        sign_in="web:confirm_cameras",
    )
)
