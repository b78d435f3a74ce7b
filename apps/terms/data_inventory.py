"""What the portal holds about terms that a person's partners accepted."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.terms.models import Acceptance


def _accepted(whose: Whose) -> Iterator[Row]:
    mine = Q(user_id=whose.user_id) | Q(partner__in=whose.managed)
    for row in Acceptance.objects.filter(mine).select_related("version", "partner").order_by("pk"):
        yield {
            "partner": row.partner.name,
            "version": str(row.version),
            "accepted": row.accepted_at,
            "language": row.language,
            "digest": row.digest,
            "by_you": row.user_id == whose.user_id,
        }


register(
    Section(
        "acceptances",
        _("Terms accepted"),
        _accepted,
        {
            "partner": _("Partner"),
            "version": _("Version"),
            "accepted": _("Accepted"),
            "language": _("Language"),
            "digest": _("Digest of the text (SHA-256)"),
            "by_you": _("By you"),
        },
        covers=("terms.Acceptance",),
    )
)
