"""How long an agency keeps which items: versions of its rules, each with the item of the state's schedule."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.models import PublicModel
from apps.evidence.models import EvidenceItem
from apps.evidence.states import Triage
from apps.footage_requests.states import Outcome
from apps.retention.states import Basis, DisposalState


class RetentionSchedule(PublicModel):
    """One version of an agency's rules; never changed. The newest counts, for all items of the agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1."))
    reason = models.CharField(_("why"), max_length=500, help_text=_("What was changed, and who approved it."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("retention schedule")
        verbose_name_plural = _("retention")
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "number"], name="retention_schedule_number")]

    def __str__(self) -> str:
        return f"schedule {self.number} of {self.agency_id}"


class RetentionRule(models.Model):
    """Which items, and how long. Of several that fit an item, the first counts; an empty condition fits every item.

    s. 257.36(6), F.S., and Rule 1B-24, F.A.C.: disposition only by a schedule. An item that no rule fits is kept.
    """

    schedule = models.ForeignKey(
        RetentionSchedule, on_delete=models.PROTECT, related_name="rules", verbose_name=_("retention schedule")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("class of items"), max_length=120)
    series = models.CharField(_("item of the schedule"), max_length=60, help_text=_("For instance: GS2, item 129."))
    triage = models.CharField(_("triage"), max_length=10, choices=Triage.choices, blank=True)
    outcome = models.CharField(_("outcome of the request"), max_length=12, choices=Outcome.choices, blank=True)
    incident_type = models.CharField(_("kind of incident"), max_length=40, blank=True)
    basis = models.CharField(_("counted from when"), max_length=14, choices=Basis.choices, default=Basis.RECEIVED)
    days = models.PositiveIntegerField(_("days"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "position"], name="retention_rule_position"),
            models.CheckConstraint(condition=models.Q(days__gt=0), name="retention_rule_days"),
        ]

    def __str__(self) -> str:
        return self.title


class Disposition(PublicModel):
    """That an item goes, under which rule: proposed by one custodian, approved by another one."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    state = models.CharField(_("state"), max_length=10, choices=DisposalState.choices, default=DisposalState.PROPOSED)
    schedule = models.ForeignKey(
        RetentionSchedule, on_delete=models.PROTECT, related_name="+", verbose_name=_("retention schedule")
    )
    title = models.CharField(_("class of items"), max_length=120, help_text=_("As the rule had it then."))
    series = models.CharField(_("item of the schedule"), max_length=60, help_text=_("As the rule had it then."))
    expired_at = models.DateTimeField(_("time was over at"), help_text=_("UTC, by the rule."))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    reason = models.CharField(_("why"), max_length=500)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    decision_reason = models.CharField(_("why it was refused"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        indexes: ClassVar = [models.Index(fields=["agency", "state"], name="disposition_agency_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(state__in=["proposed", "approved"]), name="disposition_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="disposition_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"disposition {self.public_id}"
