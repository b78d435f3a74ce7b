"""Redactions: what is taken out of a film before a copy of it leaves, who read it, and the copy with its proof."""

from __future__ import annotations

import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Case
from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel, RequestKeyed, Versioned
from apps.evidence.models import Derivative, EvidenceItem
from apps.redaction.plan import Film, RedactionPlan
from apps.redaction.states import RedactionState


class Redaction(PublicModel, RequestKeyed, Versioned, Claimable):
    """One film with something taken out. The original stays what it is; the copy is a derivative of it.

    Pictures are counted from 0 in the working copy whose digest is `film`; boxes are pixels of the upright picture of
    the original. `version` is the number of the newest plan.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    title = EncryptedTextField(_("for whom, or for what"))
    film = models.CharField(_("film"), max_length=64, help_text=_("Digest of the working copy in which it is drawn."))
    width = models.PositiveIntegerField(_("width"), help_text=_("Pixels."))
    height = models.PositiveIntegerField(_("height"), help_text=_("Pixels."))
    pictures = models.PositiveIntegerField(_("pictures"))
    keeps_sound = models.BooleanField(
        _("keeps its sound"), help_text=_("But for muted spans. Only where agency and giver allow sound in copies.")
    )
    state = models.CharField(_("state"), max_length=9, choices=RedactionState.choices, default=RedactionState.DRAFT)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, help_text=_("UTC."))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second reader"),
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True, help_text=_("UTC."))
    reader_words = EncryptedTextField(_("second reader's words"), blank=True)
    aside_words = EncryptedTextField(_("why it was set aside"), blank=True)
    problem = models.CharField(_("problem"), max_length=40, blank=True, help_text=_("Why it cannot be made."))
    made = models.OneToOneField(
        Derivative, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("derivative")
    )
    proof = models.JSONField(_("proof"), default=dict, blank=True)

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        indexes: ClassVar = [
            models.Index(fields=["item", "state"], name="redaction_item"),
            models.Index(fields=["id"], condition=models.Q(state="signed"), name="redaction_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reader__isnull=True) | ~models.Q(reader=models.F("author")),
                name="redaction_read_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state="proven", made__isnull=False, reader__isnull=False)
                | (~models.Q(state="proven") & models.Q(made__isnull=True)),
                name="redaction_proven_is_there",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["signed", "failed"]) | models.Q(reader__isnull=False),
                name="redaction_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"redaction {self.public_id}"

    @property
    def frame(self) -> Film:
        """The pictures in which it is drawn."""
        return Film(self.width, self.height, self.pictures)


class PlanVersion(PublicModel):
    """What a redaction took out after one change. Append-only: each change and each undoing adds one."""

    redaction = models.ForeignKey(
        Redaction, on_delete=models.PROTECT, related_name="plans", verbose_name=_("redaction")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1."))
    undo_to = models.PositiveIntegerField(
        _("before it"), default=0, help_text=_("Number of the plan that “Undo” brings back. 0: there is none.")
    )
    content = EncryptedTextField(_("plan"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("plan of a redaction")
        verbose_name_plural = _("plans of redactions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["redaction", "number"], name="redaction_plan_once"),
            models.CheckConstraint(condition=models.Q(undo_to__lt=models.F("number")), name="redaction_undo_back"),
        ]

    def __str__(self) -> str:
        return f"plan {self.number} of {self.redaction_id}"

    def plan(self) -> RedactionPlan:
        """The value."""
        return RedactionPlan.read(json.loads(self.content), self.redaction.frame)
