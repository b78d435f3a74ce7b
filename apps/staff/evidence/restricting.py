"""The buttons that restrict an item and show it again, and what its page says about that."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from apps.agencies.policies import cleared_in
from apps.core.forms import ServiceForm
from apps.evidence import policies
from apps.evidence.models import EvidenceItem
from apps.evidence.services import restriction
from apps.evidence.states import ItemState
from apps.staff.evidence.forms import RestrictForm, UnrestrictForm
from apps.staff.verbs import Verb

RESTRICTION_VERBS = (
    Verb(
        name="restrict",
        form=RestrictForm,
        service=restriction.restrict_item,
        done=gettext_lazy("The item is restricted. Only cleared colleagues see it now."),
    ),
    Verb(
        name="unrestrict",
        form=UnrestrictForm,
        service=restriction.lift_restriction,
        done=gettext_lazy("The restriction is lifted. Colleagues see the item again."),
    ),
)


def restriction_of(
    user: Any, item: EvidenceItem, restrict_form: ServiceForm | None, unrestrict_form: ServiceForm | None
) -> dict[str, Any]:
    """What the page shows: why and since when it is restricted, who is cleared, and the form for this person."""
    there = item.state != ItemState.DISPOSED
    return {
        "may_restrict": there and not item.is_restricted and policies.can_restrict_item(user, item),
        "may_unrestrict": item.is_restricted and policies.can_lift_restriction(user, item),
        "cleared": cleared_in(item.agency),
        "is_cleared": policies.can_lift_restriction(user, item) or cleared_in(item.agency).filter(pk=user.pk).exists(),
        "restrict_form": restrict_form or RestrictForm(auto_id="restrict_%s"),
        "unrestrict_form": unrestrict_form or UnrestrictForm(auto_id="unrestrict_%s"),
    }
