"""What agreements can say about videos: of whom (the item's class), and about which kinds of incident. Both
must fit.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.agreements.models import Agreement
from apps.agreements.scopes import Scope
from apps.footage_requests.incident_types import incident_words
from apps.partners.models import PartnerKind

VIDEO, INCIDENT = "video", "incident"
ANY = "any"  # also videos that belong to no request, and so to no kind of incident


def _incidents() -> list[tuple[str, Any]]:
    return [(ANY, _("any kind")), *incident_words(Agency.objects.filter(is_active=True).order_by("pk"))]


# A home is where people live unwatched: an agreement names each class that it shares, there is no "all".
VIDEOS = Scope(
    VIDEO,
    _("videos, each by a grant"),
    (
        (PartnerKind.RESIDENT, _("from homes")),
        (PartnerKind.BUSINESS, _("from businesses")),
        (PartnerKind.ASSOCIATION, _("from associations")),
    ),
    needs=INCIDENT,
    offices=True,
)
INCIDENTS = Scope(INCIDENT, _("videos about this kind of incident"), _incidents, needs=VIDEO, offices=True)


def covered_by(agreement: Agreement) -> Q:
    """The evidence items that the agreement lets anybody be given: by class and by kind of incident, as signed."""
    named = [(one.scope, one.part) for one in agreement.items.all()]
    classes = [part for scope, part in named if scope == VIDEO]
    incidents = [part for scope, part in named if scope == INCIDENT]
    fits = Q(submission__partner__kind__in=classes)
    if ANY not in incidents:
        fits &= Q(submission__invitation__request__incident_type__in=incidents)
    return fits
