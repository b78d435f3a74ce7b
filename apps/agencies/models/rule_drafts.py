"""What a program manager typed of a rule of the agency, before it is in force."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models.agencies import Agency
from apps.core.models import PublicModel


class RuleName(models.TextChoices):
    """The rules that have a page with a preview and drafts."""

    INCIDENT_TYPES = "incident_types", _("kinds of incident")
    READY_TEXTS = "ready_texts", _("ready-made texts")
    REQUEST_LIMITS = "request_limits", _("limits of requests")
    FEATURES = "features", _("what is open")


class RuleDraft(PublicModel):
    """A form as it was typed. One of each rule for each manager; it is deleted when it is put in force."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    rule = models.CharField(_("rule"), max_length=20, choices=RuleName.choices)
    values = models.JSONField(_("values"), default=dict, help_text=_("By the names of the fields, as typed."))
    saved_at = models.DateTimeField(_("saved at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("draft of a rule")
        verbose_name_plural = _("drafts of rules")
        constraints = [models.UniqueConstraint(fields=["agency", "author", "rule"], name="rule_draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.rule}, {self.agency_id}"
