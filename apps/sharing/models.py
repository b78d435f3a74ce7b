"""Grants: which videos of a case one recipient may see, under which agreement, until when."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Case
from apps.agreements.models import Agreement
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed
from apps.evidence.models import EvidenceItem
from apps.redaction.models import Redaction


class Grant(PublicModel, RequestKeyed):
    """What a records custodian gives to the recipient of an agreement. It is never widened, only ended or given longer.

    It ends at its own end, with its agreement, or when somebody revokes it, whichever comes first.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("Short code that people can say."))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", verbose_name=_("case"))
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+", verbose_name=_("agreement"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    later_items = models.BooleanField(
        _("later videos too"), default=False, help_text=_("A live folder: what is accepted later in the case is given.")
    )
    downloads = models.BooleanField(_("may be saved"), default=False, help_text=_("Not only watched."))
    originals = models.BooleanField(
        _("originals"), default=False, help_text=_("With sound, as their owners sent them.")
    )
    recipient = EncryptedTextField(_("person"), blank=True, help_text=_("Of an office; empty for an agency."))
    address = EncryptedTextField(_("e-mail"), blank=True, help_text=_("Where link and code go; empty for an agency."))
    link_ends_at = models.DateTimeField(
        _("link ends"), null=True, blank=True, help_text=_("UTC. Empty for an agency, which needs no link.")
    )
    reason = EncryptedTextField(_("what for"))
    ends_at = models.DateTimeField(_("ends"), help_text=_("UTC. At this instant it is over."))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, help_text=_("UTC."))
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoke_reason = EncryptedTextField(_("why it was revoked"), blank=True)

    class Meta:
        verbose_name = _("sharing grant")
        verbose_name_plural = _("sharing grants")
        indexes: ClassVar = [
            models.Index(fields=["agency", "created_at"], name="grant_agency_newest"),
            models.Index(fields=["case"], name="grant_case"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(originals=False) | models.Q(downloads=True), name="grant_originals_are_saved"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="grant_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def over_at(self) -> datetime:
        """When it is over, as known now: of its own end, its agreement's and a revocation the first."""
        ends = [self.ends_at, self.agreement.over_at]
        return min([*ends, self.revoked_at] if self.revoked_at else ends)

    @property
    def is_over(self) -> bool:
        return self.over_at <= timezone.now()


class GrantItem(models.Model):
    """A video of a grant, and since when it is given. It outlives the grant: it says what was given when."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="items", verbose_name=_("grant"))
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    given_at = models.DateTimeField(_("given at"), help_text=_("UTC."))
    redaction = models.ForeignKey(
        Redaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("redaction"),
        help_text=_("Its copy is given, and nothing else of the video. Empty: the video is."),
    )

    class Meta:
        verbose_name = _("item of a grant")
        constraints: ClassVar = [models.UniqueConstraint(fields=["grant", "item"], name="grant_item_once")]

    def __str__(self) -> str:
        return f"{self.item_id} of {self.grant_id}"


class Visit(PublicModel):
    """A browser of somebody outside who opened the link: the code that was mailed, and until when it lets them in."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+", verbose_name=_("grant"))
    session = models.CharField(_("session"), max_length=32, help_text=_("Fingerprint of the browser's session."))
    code_digest = models.CharField(_("code"), max_length=64, help_text=_("A keyed digest of it."))
    code_ends_at = models.DateTimeField(_("code ends"), help_text=_("UTC."))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    proved_at = models.DateTimeField(_("proved at"), null=True, blank=True, help_text=_("UTC."))
    ends_at = models.DateTimeField(_("ends"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("visit")
        indexes: ClassVar = [models.Index(fields=["grant", "session"], name="visit_grant_session")]

    def __str__(self) -> str:
        return f"visit {self.public_id}"


class CourtState(models.TextChoices):
    """How a case stands in court, as a prosecutor tells it. No words of their own, so that no name gets in."""

    FILED = "filed", _("charges were filed")
    NOT_FILED = "not_filed", _("no charges were filed")
    TRIAL = "trial", _("a trial is set")
    PLEA = "plea", _("it ended with a plea")
    VERDICT = "verdict", _("it ended with a verdict")
    DISMISSED = "dismissed", _("the charges were dismissed")


class CourtStatus(PublicModel, RequestKeyed):
    """What a prosecutor said of the case in court, through their grant. The owners of its videos read the last one."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="court_statuses", verbose_name=_("grant"))
    state = models.CharField(_("state in court"), max_length=10, choices=CourtState.choices)

    class Meta:
        verbose_name = _("status in court")

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.state}"


class PassedOn(PublicModel, RequestKeyed):
    """Secondary dissemination: to whom a recipient passed on what was shared, as the recipient states it."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="+", verbose_name=_("grant"))
    item = models.ForeignKey(
        EvidenceItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("item"),
        help_text=_("Empty: all that was shared."),
    )
    whom = EncryptedTextField(_("to whom"))
    reason = EncryptedTextField(_("what for"))

    class Meta:
        verbose_name = _("secondary dissemination")

    def __str__(self) -> str:
        return f"passed on {self.public_id}"
