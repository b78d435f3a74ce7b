"""Agreements by which an agency shares something with another one, or with an office that has no part in the portal."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.agreements.scopes import words_of
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed


class CourtRole(models.TextChoices):
    """What an office outside of the portal is in a case."""

    PROSECUTOR = "prosecutor", _("prosecutor")
    DEFENSE = "defense", _("defense")


class Agreement(PublicModel, RequestKeyed):
    """One agency shares with another, or with an office, from an instant to an instant. It ends by itself.

    Only its early end is ever written into it. A longer or wider agreement is a new one.
    """

    from_agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency that shares")
    )
    to_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency that sees"),
        help_text=_("Empty: an office that is no agency here."),
    )
    to_office = models.CharField(_("office that sees"), max_length=120, blank=True)
    court_role = models.CharField(_("role in court"), max_length=12, choices=CourtRole.choices, blank=True)
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("starts"), help_text=_("UTC."))
    ends_at = models.DateTimeField(_("ends"), help_text=_("UTC. At this instant it is over."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, help_text=_("UTC."))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_reason = EncryptedTextField(_("why it ended early"), blank=True)

    class Meta:
        verbose_name = _("sharing agreement")
        verbose_name_plural = _("sharing agreements")
        indexes: ClassVar = [models.Index(fields=["to_agency", "ends_at"], name="agreement_to_ends")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(from_agency=models.F("to_agency")), name="agreement_of_two_agencies"
            ),
            models.CheckConstraint(
                condition=models.Q(to_agency__isnull=False, to_office="", court_role="")
                | models.Q(to_agency__isnull=True, to_office__gt="", court_role__gt=""),
                name="agreement_with_one_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="agreement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="agreement_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def recipient(self) -> str:
        """Who sees what it shares, by full name."""
        return self.to_agency.name if self.to_agency else self.to_office

    @property
    def over_at(self) -> datetime:
        """When it is over, as known now."""
        return min(self.ends_at, self.ended_at) if self.ended_at else self.ends_at

    @property
    def is_over(self) -> bool:
        return self.over_at <= timezone.now()

    @property
    def is_in_force(self) -> bool:
        return self.starts_at <= timezone.now() < self.over_at


class SharedItem(models.Model):
    """One thing that an agreement shares: a scope, and a part of it. `scopes` knows what there is."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="items")
    scope = models.CharField(_("scope"), max_length=20)
    part = models.CharField(_("part"), max_length=40, blank=True, help_text=_("Empty: all of it."))

    class Meta:
        verbose_name = _("shared item")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "scope", "part"], name="agreement_shares_once")
        ]

    def __str__(self) -> str:
        return words_of(self.scope, self.part)


class SignedFile(models.Model):
    """The signed agreement as it was uploaded, by its digest: `services.files` keeps the bytes and gives them out."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="signed_file")
    digest = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))

    class Meta:
        verbose_name = _("signed file")

    def __str__(self) -> str:
        return self.digest[:12]
