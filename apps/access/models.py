"""The recorded purpose of an access (who, why, to what, until when), what each access opened, and who agreed to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.access.states import AskState
from apps.agencies.models import Agency, Case
from apps.calls.models import Call
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel
from apps.ledger.models import Entry


class PurposeKind(models.TextChoices):
    """The ground: what access is needed for."""

    CASE = "case", _("a case")
    CALL = "call", _("an active call for service")
    REGISTRATION_REVIEW = "registration_review", _("review of a registration")
    RECORDS_DUTY = "records_duty", _("a records duty")
    GRANT = "grant", _("a sharing grant")


class AccessKind(models.TextChoices):
    """What a purpose opens. A reason given for one kind never serves another."""

    PARTNER_MAP = "partner_map", _("cameras on the partner map")
    REGISTRATIONS = "registrations", _("registrations under review")
    OWNER_ENTRY = "owner_entry", _("cameras entered for their owners")
    REQUEST_CAMERAS = "request_cameras", _("the cameras of a request")
    FOOTAGE = "footage", _("footage")
    WITNESS_CONTACT = "witness_contact", _("who gave a video")
    SHARED_FOOTAGE = "shared_footage", _("footage that another agency shares")
    RECORDS_SEARCH = "records_search", _("a search for what a records request asks for")


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
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("call for service")
    )
    camera = models.UUIDField(
        _("registration"), null=True, blank=True, help_text=_("Public id of the camera near which a reviewer looks.")
    )
    grant = models.UUIDField(
        _("sharing grant"), null=True, blank=True, help_text=_("Public id of the grant under which somebody looks.")
    )
    reason = models.CharField(_("reason"), max_length=500)
    ends_at = models.DateTimeField(_("ends at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="case") | models.Q(case__isnull=False), name="purpose_case_has_case"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="call", access="partner_map") | models.Q(call__isnull=False),
                name="purpose_call_has_call",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="grant") | models.Q(grant__isnull=False), name="purpose_grant_has_grant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.public_id})"


class AccessEvent(models.Model):
    """One thing that one access opened: by it the history of a thing is found, however much else was opened.

    The ledger's entry is the truth, and says who it was and as what; this row is written with it.
    """

    # Two indexes serve all that is asked: who opened a thing, and what a purpose has opened so far.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+")
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


class PlacesRequest(PublicModel):
    """Somebody asks a supervisor to see where cameras stand for a case that has no open request for footage."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=AskState.choices, default=AskState.ASKED)
    ends_at = models.DateTimeField(
        _("ends at"), help_text=_("UTC. Until then somebody may decide; once agreed, until then it opens places.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_reason = models.CharField(_("supervisor's words"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("request to see places")
        verbose_name_plural = _("requests to see places")
        indexes = [models.Index(fields=["agency", "state"], name="places_agency_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "case"], condition=models.Q(state="asked"), name="places_asked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("author")),
                name="places_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number}: {self.get_state_display()}"

    @property
    def is_over(self) -> bool:
        """Whether a supervisor agreed and that time has passed."""
        return self.state == AskState.AGREED and self.ends_at <= timezone.now()


class TellingDelay(PublicModel):
    """A supervisor has the owners of a case's video told later who looked at it. Never extended; it can end early.

    Owners read of each access. Where that would warn somebody in an active investigation, it may wait for some days.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    reason = EncryptedTextField(_("reason"))
    ends_at = models.DateTimeField(_("ends at"), help_text=_("UTC. Then owners read of every access since."))

    class Meta:
        verbose_name = _("delay of telling owners")
        verbose_name_plural = _("delays of telling owners")
        indexes = [models.Index(fields=["case", "ends_at"], name="delay_case_end")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gte=models.F("created_at")), name="delay_forward")
        ]

    def __str__(self) -> str:
        return f"delay {self.public_id}"
