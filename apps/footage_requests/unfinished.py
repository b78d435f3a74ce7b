"""Reads of what its writer has typed and not saved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.policies import agencies_of
from apps.core.errors import NotFound
from apps.footage_requests.incident_types import incident_words
from apps.footage_requests.models import KeptForm
from apps.footage_requests.policies import AUTHOR_ROLES, viewable_kept_forms


def typed(kept: KeptForm) -> dict[str, str]:
    """What was typed, by the names of the fields."""
    values: dict[str, str] = json.loads(kept.payload or "{}")
    return values


def get_kept_form_for(user: User, public_id: UUID | str) -> KeptForm:
    """One of the person's own. Raises NotFound."""
    rows = viewable_kept_forms(user).select_related("request")
    try:
        found = rows.filter(public_id=UUID(str(public_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such unfinished request among yours. It was saved, or erased after a while."))
    return found


def kept_of(user: User, form: UUID) -> KeptForm | None:
    """What the person has kept of this form, unless it was thrown away."""
    rows = viewable_kept_forms(user).select_related("request")
    return rows.filter(form=form, discarded_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One of the list: enough to know it again."""

    kept: KeptForm
    case_number: str
    incident: str


def unfinished_of(user: User) -> list[Unfinished]:
    """All of the person's, also those thrown away, the one last typed first."""
    words = dict(incident_words(agencies_of(user, *AUTHOR_ROLES)))
    found = []
    for kept in viewable_kept_forms(user).select_related("request").order_by("-saved_at", "-pk"):
        values = typed(kept)
        incident = words.get(values.get("incident_type", ""), "")
        found.append(Unfinished(kept, values.get("case_number", "").strip(), incident))
    return found


def unfinished_count(user: User) -> int:
    """How many the person may go on with."""
    return viewable_kept_forms(user).filter(discarded_at__isnull=True).count()
