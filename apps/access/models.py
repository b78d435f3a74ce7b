"""The recorded purpose of an access (who, why, to what, until when), and what each access opened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.core.models import PublicModel
from apps.ledger.models import Entry


class PurposeKind(models.TextChoices):
    """The ground: what access is needed for."""

    CASE = "case", _("a case")
    CALL = "call", _("an active call for service")
    REGISTRATION_REVIEW = "registration_review", _("review of a registration")
    RECORDS_DUTY = "records_duty", _("a records duty")


class AccessKind(models.TextChoices):
    """What a purpose opens. A reason given for one kind never serves another."""

    PARTNER_MAP = "partner_map", _("cameras on the partner map")
    REGISTRATIONS = "registrations", _("registrations under review")
    OWNER_ENTRY = "owner_entry", _("cameras entered for their owners")
    REQUEST_CAMERAS = "request_cameras", _("the cameras of a request")
    FOOTAGE = "footage", _("footage")
    WITNESS_CONTACT = "witness_contact", _("who gave a video")


class Purpose(PublicModel):
    """The recorded ground of an access: who, why, what it opens, until when. It ends after PURPOSE_HOURS."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    kind = models.CharField(_("kind"), max_length=20, choices=PurposeKind.choices)
    access = models.CharField(
        _("opens"), max_length=20, choices=AccessKind.choices, help_text=_("Another kind of access asks again.")
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    reason = models.CharField(_("reason"), max_length=500)
    ends_at = models.DateTimeField(_("ends at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("purpose")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="case") | models.Q(case__isnull=False), name="purpose_case_has_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.public_id})"


class AccessEvent(models.Model):
    """One thing that one access opened: by it the history of a thing is found, however much else was opened.

    The ledger's entry is the truth, and says who it was and as what; this row is written with it.
    """

    # One index serves all that is asked: a map writes hundreds of rows at once, so no other is kept.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(_("subject"), max_length=32)
    subject_id = models.UUIDField(_("subject id"))

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "entry"], name="access_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} by entry {self.entry_id}"
