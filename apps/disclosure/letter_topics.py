"""What staff are told about records requests and exports."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.agencies.policies import serves_as
from apps.disclosure.clock import to_look_at_again, waiting_until
from apps.disclosure.export_policies import DECIDERS, can_decide_export, can_take_package
from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export, RecordsRequest
from apps.disclosure.policies import KEEPERS, can_work_on
from apps.evidence.policies import DOWNLOADERS
from apps.notifications.topics import Topic, declare


def _theirs(user: User, about: UUID) -> RecordsRequest | None:
    request = RecordsRequest.objects.filter(public_id=about).select_related("agency").first()
    return request if request is not None and can_work_on(user, request) else None


def _is_due(user: User, about: UUID) -> bool:
    request = _theirs(user, about)
    if request is None:
        return False
    day = today_in(request.agency) + timedelta(days=settings.RECORDS_WARN_DAYS)
    return waiting_until(request.agency, day).filter(pk=request.pk).exists()


def _to_review(user: User, about: UUID) -> bool:
    request = _theirs(user, about)
    if request is None:
        return False
    return to_look_at_again(request.agency, today_in(request.agency)).filter(request=request).exists()


def _export(about: UUID) -> Export | None:
    return Export.objects.filter(public_id=about).select_related("agency").first()


def _to_decide_export(user: User, about: UUID) -> bool:
    export = _export(about)
    return export is not None and export.state == ExportState.ASKED and can_decide_export(user, export)


def _is_their_export(user: User, about: UUID) -> bool:
    export = _export(about)
    return export is not None and export.requested_by_id == user.pk and can_take_package(user, export)


declare(
    Topic(
        name="records_clock",
        title=_("A records request is due soon"),
        kinds=("records.clock",),
        gets=lambda user: serves_as(user, *KEEPERS),
        waits=_is_due,
    ),
    Topic(
        name="records_review",
        title=_("A statute that keeps a record back has to be looked at again"),
        kinds=("records.review",),
        gets=lambda user: serves_as(user, *KEEPERS),
        waits=_to_review,
    ),
    Topic(
        name="export_asked",
        title=_("An export waits for a second person"),
        kinds=("export.asked",),
        gets=lambda user: serves_as(user, *DECIDERS),
        waits=_to_decide_export,
    ),
    Topic(
        name="export_news",
        title=_("Your export was decided about, is ready or stopped"),
        kinds=("export.approved", "export.refused", "export.expired", "export.ready", "export.stopped"),
        gets=lambda user: serves_as(user, *DOWNLOADERS),
        waits=_is_their_export,
    ),
)
