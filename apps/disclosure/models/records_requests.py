"""Public records requests: what was asked, which items it reaches, what was withheld and under which statute."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.disclosure.states import Channel, Decision, FeeKind, RecordsOutcome, RecordsState
from apps.evidence.models import EvidenceItem
from apps.redaction.models import Redaction


class RecordsRequest(PublicModel, RequestKeyed, Versioned):
    """What somebody asked to see or copy. Nobody has to say who they are, or why (s. 119.07(1), F.S.)."""

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("Short code that people can say."))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    state = models.CharField(_("state"), max_length=12, choices=RecordsState.choices, default=RecordsState.RECEIVED)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RecordsOutcome.choices, blank=True)
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel.choices)
    received_at = models.DateTimeField(_("received at"), help_text=_("UTC."))
    wording = EncryptedTextField(_("what was asked for"), help_text=_("As it was said or written."))
    contact = EncryptedTextField(_("where to answer"), blank=True, help_text=_("Only if it was given."))
    contact_erased_at = models.DateTimeField(_("contact erased at"), null=True, blank=True, help_text=_("UTC."))
    acknowledge_by = models.DateField(_("acknowledge by"), help_text=_("A day of the agency's time zone."))
    answer_by = models.DateField(_("answer by"), help_text=_("A day of the agency's time zone."))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True, help_text=_("UTC."))
    searched_at = models.DateTimeField(_("searched at"), null=True, blank=True, help_text=_("UTC, for the first time."))
    ended_at = models.DateTimeField(_("answered at"), null=True, blank=True, help_text=_("UTC, of the last answer."))
    answer = EncryptedTextField(_("answer"), blank=True, help_text=_("What the requester was told."))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken in by")
    )

    class Meta:
        verbose_name = _("records request")
        verbose_name_plural = _("records requests")
        indexes: ClassVar = [models.Index(fields=["agency", "state", "answer_by"], name="records_agency_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "acknowledged"], outcome="", ended_at__isnull=True)
                | models.Q(state__in=["answered", "closed"], outcome__gt="", ended_at__isnull=False),
                name="records_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(answer_by__gte=models.F("acknowledge_by")), name="records_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RequestedItem(PublicModel):
    """An item that may be what was asked for, and what is decided about it."""

    request = models.ForeignKey(
        RecordsRequest, on_delete=models.PROTECT, related_name="items", verbose_name=_("records request")
    )
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, default=Decision.UNDECIDED)
    redaction = models.ForeignKey(
        Redaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("redaction"),
        help_text=_("Whose copy is given, where parts are removed."),
    )
    note = EncryptedTextField(_("note"), blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("item of a records request")
        verbose_name_plural = _("items of records requests")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "item"], name="records_item_once"),
            models.CheckConstraint(
                condition=models.Q(redaction__isnull=True) | models.Q(decision="redact"),
                name="records_copy_has_parts_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.request_id}"


class Withholding(PublicModel):
    """One line of the exemption log: what is not given, and the statute that says so. Ended, never changed.

    s. 119.07(1)(d) and (e), F.S.: only the exempt part is removed, and the statute is cited.
    """

    request = models.ForeignKey(
        RecordsRequest, on_delete=models.PROTECT, related_name="withholdings", verbose_name=_("records request")
    )
    requested = models.ForeignKey(
        RequestedItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withholdings",
        verbose_name=_("item"),
        help_text=_("Empty: a record that is not in the portal."),
    )
    exemption = models.CharField(_("exemption"), max_length=24, help_text=_("A code of the list."))
    citation = models.CharField(_("statute"), max_length=60, help_text=_("As the list had it on that day."))
    part = EncryptedTextField(_("what is withheld"))
    review_on = models.DateField(
        _("look again on"), null=True, blank=True, help_text=_("A day of the agency's time zone, if it can end.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_reason = EncryptedTextField(_("why it ended"), blank=True)

    class Meta:
        verbose_name = _("withholding")
        verbose_name_plural = _("withholdings")
        indexes: ClassVar = [models.Index(fields=["review_on"], name="withholding_review")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="withholding_ended_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.citation} ({self.request_id})"


class Fee(PublicModel):
    """A note about money. The portal takes none (s. 119.07(4), F.S.). Never changed."""

    request = models.ForeignKey(
        RecordsRequest, on_delete=models.PROTECT, related_name="fees", verbose_name=_("records request")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FeeKind.choices)
    cents = models.PositiveIntegerField(_("amount"), help_text=_("In cents of a dollar."))
    note = models.CharField(_("note"), max_length=300, help_text=_("How it was reckoned."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("fee note")
        verbose_name_plural = _("fee notes")

    def __str__(self) -> str:
        return f"{self.kind} {self.cents}"

    @property
    def dollars(self) -> str:
        """As people write it."""
        return f"${self.cents // 100:,}.{self.cents % 100:02d}"
