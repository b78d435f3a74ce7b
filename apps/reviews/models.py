"""A weekly review of an agency's audit record, and its rows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel
from apps.reviews.states import Mark, RowKind


class Review(PublicModel):
    """One agency, one week, a drawn sample; signed when every row is settled."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    week = models.DateField(_("week"), help_text=_("Its Monday."))
    seed = models.CharField(_("seed"), max_length=32, help_text=_("The sample follows from it."))
    population = models.JSONField(_("population"), default=dict, help_text=_("How many there were of each kind."))
    due_at = models.DateTimeField(_("due"), help_text=_("UTC."))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, help_text=_("UTC."))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by"),
    )

    class Meta:
        verbose_name = _("weekly review")
        verbose_name_plural = _("weekly reviews")
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "week"], name="review_once_a_week")]

    def __str__(self) -> str:
        return f"{self.agency}, {self.week:%Y-%m-%d}"

    @property
    def is_overdue(self) -> bool:
        """Whether nobody signed it in time."""
        return self.signed_at is None and self.due_at < timezone.now()


class ReviewRow(PublicModel):
    """One access, export or finding that the auditor looks at. `facts` are counts."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="rows", verbose_name=_("weekly review"))
    kind = models.CharField(_("kind"), max_length=10, choices=RowKind.choices)
    subject_id = models.UUIDField(_("subject id"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    facts = models.JSONField(_("facts"), default=dict)
    mark = models.CharField(_("mark"), max_length=10, choices=Mark.choices, blank=True)
    note = EncryptedTextField(_("note"), blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("marked by"),
    )
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("row of a weekly review")
        verbose_name_plural = _("rows of weekly reviews")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "kind", "subject_id"], name="review_row_once"),
            models.CheckConstraint(
                condition=models.Q(marked_by__isnull=True)
                | models.Q(person__isnull=True)
                | ~models.Q(marked_by=models.F("person")),
                name="review_row_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"
