"""Who gets texts."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from apps.accounts.models import User
from apps.notifications.services import digest_of_address
from apps.texting.models import TextingConsent
from apps.texting.states import TextingState


def texts_are_sent() -> bool:
    """Whether this portal sends text messages at all."""
    return bool(settings.TEXTS_URL)


def numbers_of(people: Iterable[str]) -> dict[str, str]:
    """By public id of a person, the number to which texts may go."""
    if not texts_are_sent():
        return {}
    rows = TextingConsent.objects.filter(user__public_id__in=list(people), state=TextingState.ON)
    return {str(public_id): number for public_id, number in rows.values_list("user__public_id", "number")}


def may_text(*, user: str, number: str) -> bool:
    """Whether the person with this public id takes texts at this number now."""
    digest = digest_of_address(number)
    return TextingConsent.objects.filter(user__public_id=user, number_digest=digest, state=TextingState.ON).exists()


def texting_of(user: User) -> TextingConsent | None:
    """The person's last consent, whatever became of it."""
    return TextingConsent.objects.filter(user=user).order_by("-pk").first()
