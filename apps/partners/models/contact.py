"""How, when and how often a partner may be asked, and how often it was."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, Versioned
from apps.notifications.hours import ContactHours

MOST_REQUESTS = 100


class ContactTier(models.TextChoices):
    """How a partner wishes to be reached. Requests come by e-mail; the rest is a wish that officers read."""

    REGISTERED = "registered", _("registered")
    PHONE = "phone", _("registered and contactable by phone")
    TEXT = "text", _("registered and contactable by text message")


class ContactRules(PublicModel, Versioned):
    """A partner's own limits. Without a row there are none: by e-mail, at any hour, as often as something happens."""

    partner = models.OneToOneField(
        "partners.Partner", on_delete=models.PROTECT, related_name="contact_rules", verbose_name=_("partner")
    )
    tier = models.CharField(
        _("consent tier"), max_length=10, choices=ContactTier.choices, default=ContactTier.REGISTERED
    )
    phone = EncryptedTextField(_("phone"), blank=True)
    opens_at = models.TimeField(_("not before"), null=True, blank=True, help_text=_("By the clock of the time zone."))
    closes_at = models.TimeField(
        _("not after"), null=True, blank=True, help_text=_("Before the first one: the hours go across midnight.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name."))
    most_requests = models.PositiveSmallIntegerField(
        _("requests in 30 days at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REQUESTS)],
    )

    class Meta:
        verbose_name = _("rules of contact")
        verbose_name_plural = _("rules of contact")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__isnull=False, closes_at__isnull=False) & ~models.Q(opens_at=models.F("closes_at")),
                name="contact_hours_both_or_none",
            ),
            models.CheckConstraint(
                condition=models.Q(most_requests__isnull=True) | models.Q(most_requests__range=(1, MOST_REQUESTS)),
                name="contact_most_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"rules of contact {self.public_id}"

    @property
    def hours(self) -> ContactHours | None:
        """The hours, or None for any hour."""
        if self.opens_at is None or self.closes_at is None:
            return None
        return ContactHours(self.opens_at, self.closes_at, self.time_zone)


class Contact(models.Model):
    """That one request reached a partner. What counts against the partner's limit; its reminder does not."""

    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, related_name="contacts", verbose_name=_("partner")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    reference = models.UUIDField(_("reference"), help_text=_("Public id of what was asked."))
    made_at = models.DateTimeField(_("made at"), help_text=_("UTC."))

    class Meta:
        verbose_name = _("contact")
        constraints = [models.UniqueConstraint(fields=["partner", "reference"], name="contact_once")]
        indexes = [models.Index(fields=["partner", "made_at"], name="contact_recent")]

    def __str__(self) -> str:
        return f"contact {self.reference}"


class SharedInbox(PublicModel):
    """An extra address that gets a partner's letters, such as a head office's, once somebody there said yes."""

    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    email = EncryptedTextField(_("e-mail"), blank=True, help_text=_("Blank once it has ended."))
    address_digest = models.CharField(
        max_length=64, editable=False, help_text=_("Keyed digest: finds the same address again.")
    )
    language = models.CharField(_("language"), max_length=5, help_text=_("Of its letters."))
    verified_at = models.DateTimeField(
        _("verified at"), null=True, blank=True, help_text=_("UTC. Before, it gets the letter that asks and no other.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("shared inbox")
        verbose_name_plural = _("shared inboxes")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "address_digest"],
                condition=models.Q(ended_at__isnull=True),
                name="shared_inbox_once",
            )
        ]

    def __str__(self) -> str:
        return f"shared inbox {self.public_id}"
