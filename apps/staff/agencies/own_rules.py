"""The rules of an agency that have a page with a preview and drafts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from apps.agencies.models import RuleName
from apps.staff.agencies.agency_forms import RequestLimitsForm
from apps.staff.agencies.features import (
    FeaturesForm,
    features_context,
    initial_of_features,
    merged_features,
    preview_of_features,
)
from apps.staff.agencies.incident_types import (
    IncidentTypesForm,
    initial_of_list,
    list_beside,
    merged_list,
    preview_of_given,
)
from apps.staff.agencies.limits import initial_of_limits, limits_beside, merged_limits, preview_of_limits
from apps.staff.agencies.ready_texts import (
    ReadyTextsForm,
    initial_of_texts,
    merged_texts,
    preview_of_texts,
    texts_beside,
)
from apps.staff.agencies.rules import RulePage

_ALL = (
    RulePage(
        name=RuleName.INCIDENT_TYPES,
        form=IncidentTypesForm,
        template="admin/agencies/incident_types.html",
        title=gettext_lazy("Kinds of incident"),
        mark="number",
        initial=initial_of_list,
        merged=merged_list,
        beside=list_beside,
        preview=preview_of_given,
    ),
    RulePage(
        name=RuleName.READY_TEXTS,
        form=ReadyTextsForm,
        template="admin/agencies/ready_texts.html",
        title=gettext_lazy("Ready-made texts"),
        mark="number",
        initial=initial_of_texts,
        merged=merged_texts,
        beside=texts_beside,
        preview=preview_of_texts,
    ),
    RulePage(
        name=RuleName.REQUEST_LIMITS,
        form=RequestLimitsForm,
        template="admin/agencies/request_limits.html",
        title=gettext_lazy("Limits of requests"),
        mark="read",
        initial=initial_of_limits,
        merged=merged_limits,
        beside=limits_beside,
        preview=preview_of_limits,
    ),
    RulePage(
        name=RuleName.FEATURES,
        form=FeaturesForm,
        template="admin/agencies/features.html",
        title=gettext_lazy("What is open"),
        mark="number",
        initial=initial_of_features,
        merged=merged_features,
        beside=features_context,
        preview=preview_of_features,
    ),
)

RULES: dict[str, RulePage] = {rule.name: rule for rule in _ALL}
