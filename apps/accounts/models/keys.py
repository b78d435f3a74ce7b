"""Keys with which programs act for somebody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel


class KeyHolder(models.TextChoices):
    """For whom a key's program acts."""

    PERSON = "person", _("person")
    AGENCY = "agency", _("agency")


class KeyScope(models.TextChoices):
    READ = "read", _("see only")
    FULL = "full", _("see and change")
    CALLS = "calls", _("report calls for service")
    EXPORTER = "exporter", _("propose video, and send what I agreed to")


#: What a person may let a program do.
PERSON_SCOPES = (KeyScope.READ, KeyScope.FULL, KeyScope.EXPORTER)


class ApiKey(PublicModel):
    """One key. It is shown once; the row keeps its digest, so a stolen copy of the table opens nothing.

    The holder is named by kind and public id, without a foreign key, so that apps above can add holders. `made_by` is
    the person who answers for it; for a person's key that is the holder.
    """

    holder_kind = models.CharField(_("kind of holder"), max_length=12, choices=KeyHolder.choices)
    holder_id = models.UUIDField(_("holder"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    name = models.CharField(_("name"), max_length=60, help_text=_("What uses it, in the words of the person."))
    scope = models.CharField(_("scope"), max_length=8, choices=KeyScope.choices)
    start = models.CharField(_("first letters"), max_length=12, help_text=_("To tell keys apart."))
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text=_("SHA-256 of the key."))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, help_text=_("UTC. Empty: never."))
    last_used_at = models.DateTimeField(
        _("last used at"), null=True, blank=True, help_text=_("UTC, to within ten minutes.")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("key for programs")
        verbose_name_plural = _("keys for programs")
        indexes = [
            models.Index(fields=["holder_kind", "holder_id"], condition=Q(revoked_at__isnull=True), name="key_holder")
        ]

    def __str__(self) -> str:
        return f"key {self.public_id}"

    @property
    def lives(self) -> bool:
        """Whether it opens anything now, as far as the key itself goes."""
        return self.revoked_at is None and (self.expires_at is None or timezone.now() < self.expires_at)
