"""The outbox: messages are written with the act that causes them and sent afterwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel
from apps.notifications.states import MessageState


class Message(PublicModel, Claimable):
    """One rendered e-mail. Bodies hold links with tokens, so they lie encrypted and are blanked after sending."""

    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    kind = models.CharField(_("kind"), max_length=40, help_text=_("What it is about, for counting."))
    recipient = EncryptedTextField(_("recipient"))
    recipient_digest = models.CharField(
        _("recipient's digest"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Keyed digest of the address: finds one reader's messages, and tells nobody whose they are."),
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = EncryptedTextField(_("text"), blank=True)
    html = EncryptedTextField(_("HTML"), blank=True)
    unsubscribe_url = EncryptedTextField(
        _("way out"), blank=True, help_text=_("Of letters that one may stop: becomes the header List-Unsubscribe.")
    )
    dedupe_key = models.CharField(_("dedupe key"), max_length=150, unique=True)
    not_before = models.DateTimeField(_("not before"), help_text=_("UTC."))
    message_id = models.CharField(
        _("Message-ID"), max_length=200, blank=True, help_text=_("Ours, set before the send.")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, help_text=_("UTC."))
    announced = models.BooleanField(
        default=False, editable=False, help_text=_("The listeners for sent messages have been told.")
    )
    refusals = models.PositiveSmallIntegerField(
        _("refusals"), default=0, help_text=_("Tries that ended without the server taking it; they space the next.")
    )
    possible_doubles = models.PositiveSmallIntegerField(
        _("possible doubles"), default=0, help_text=_("Times it was sent again because the server's answer was lost.")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["state", "not_before"], name="message_due"),
            models.Index(fields=["recipient_digest"], name="message_recipient"),
            models.Index(
                fields=["id"],
                condition=models.Q(state=MessageState.SENT, announced=False),
                name="message_unannounced",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
