"""Who takes part and who may act for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed


class PartnerKind(models.TextChoices):
    RESIDENT = "resident", _("resident")
    BUSINESS = "business", _("business")
    ASSOCIATION = "association", _("association")


class Partner(PublicModel, RequestKeyed):
    """The party that takes part in the program: a resident, business or association."""

    kind = models.CharField(_("kind"), max_length=12, choices=PartnerKind.choices)
    name = EncryptedTextField(_("name"))
    left_at = models.DateTimeField(
        _("left at"), null=True, blank=True, help_text=_("UTC. A partner may leave at any time.")
    )

    paused_at = models.DateTimeField(
        _("paused at"), null=True, blank=True, help_text=_("UTC. While it lasts nobody asks this partner for anything.")
    )
    paused_until = models.DateTimeField(
        _("paused until"), null=True, blank=True, help_text=_("UTC. Empty: until the partner resumes.")
    )

    class Meta:
        verbose_name = _("partner")

    def __str__(self) -> str:
        return f"partner {self.public_id}"

    @property
    def is_paused(self) -> bool:
        """Whether a pause lasts now. It ends by itself: nothing has to run at its last moment."""
        return self.paused_at is not None and (self.paused_until is None or self.paused_until > timezone.now())


class MemberRole(models.TextChoices):
    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    RESPONDER = "responder", _("responder")


class Membership(PublicModel):
    """A registrant: a person who acts for a partner. Staff accounts never hold one."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("partner")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"], condition=models.Q(ended_at__isnull=True), name="membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"membership {self.public_id}"


class Consent(PublicModel):
    """That this agency may ask this partner for video. Without a current one the agency reaches none of its cameras."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="consents", verbose_name=_("partner"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "agency"], condition=models.Q(withdrawn_at__isnull=True), name="consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.public_id}"
