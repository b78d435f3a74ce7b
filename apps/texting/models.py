"""Who wants text messages, at which number, and what they were shown when they said so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel
from apps.texting.states import StoppedBy, TextingState


class TextingConsent(PublicModel):
    """One opt-in, kept as proof: the words that were shown, where and when, and the code that came back.

    A later opt-in is a row of its own.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=TextingState.choices, default=TextingState.ASKED)
    number = EncryptedTextField(_("number"), blank=True, help_text=_("E.164."))
    number_digest = models.CharField(_("number's digest"), max_length=64, blank=True, db_index=True, editable=False)
    words = models.TextField(_("words shown"), help_text=_("What the person read and ticked."))
    page = models.CharField(_("page"), max_length=200, help_text=_("Where they read it."))
    language = models.CharField(_("language"), max_length=8)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_ends_at = models.DateTimeField(_("code ends at"), help_text=_("UTC."))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, help_text=_("UTC."))
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True, help_text=_("UTC."))
    stopped_by = models.CharField(_("stopped by"), max_length=10, choices=StoppedBy.choices, blank=True)

    class Meta:
        verbose_name = _("consent to text messages")
        verbose_name_plural = _("consents to text messages")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(state="on"), name="texting_on_once_a_person"),
            models.UniqueConstraint(
                fields=["number_digest"], condition=models.Q(state="on"), name="texting_on_once_a_number"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="on") | models.Q(confirmed_at__isnull=False), name="texting_on_is_confirmed"
            ),
        ]

    def __str__(self) -> str:
        return f"consent to text messages {self.public_id}"
