"""What an owner and an agency write to each other about one request."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.conversations.states import AttachmentKind, MessageKind, Side, ThreadState
from apps.core.fields import EncryptedBinaryField, EncryptedTextField
from apps.core.models import PublicModel, RequestKeyed, Versioned
from apps.footage_requests.models import FootageRequest, Invitation


class Promises(PublicModel, Versioned):
    """Within how many hours an agency acknowledges, looks at and answers what an owner writes, and who helps to export.

    Without a row the default hours hold, and the author of the request helps.
    """

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    acknowledge_hours = models.PositiveSmallIntegerField(_("acknowledged within"), default=4, help_text=_("Hours."))
    look_hours = models.PositiveSmallIntegerField(_("looked at within"), default=24, help_text=_("Hours."))
    decide_hours = models.PositiveSmallIntegerField(_("answered within"), default=72, help_text=_("Hours."))
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact for export help"),
        help_text=_("Owners read the name. Empty: the author of the request."),
    )

    class Meta:
        verbose_name = _("promise to owners")
        verbose_name_plural = _("promises to owners")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledge_hours__gte=1)
                & models.Q(look_hours__gte=models.F("acknowledge_hours"))
                & models.Q(decide_hours__gte=models.F("look_hours")),
                name="promises_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"promises of agency {self.agency_id}"


class Thread(PublicModel):
    """One conversation: an invitation's partner and the agency that asked. Changed under the invitation's lock."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="+", verbose_name=_("invitation")
    )
    state = models.CharField(_("state"), max_length=12, choices=ThreadState.choices, default=ThreadState.QUIET)
    asked_at = models.DateTimeField(
        _("asked at"), null=True, blank=True, help_text=_("UTC. When what is open was written; promises run from then.")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True, help_text=_("UTC."))
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True, help_text=_("UTC."))
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True, help_text=_("UTC."))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
        help_text=_("Who acknowledged it, or whom the owner was told."),
    )
    due_at = models.DateTimeField(
        _("promised by"), null=True, blank=True, help_text=_("UTC. When the next promise ends; empty: none runs.")
    )
    told_at = models.DateTimeField(
        _("supervisors told at"), null=True, blank=True, help_text=_("UTC. That the promise that runs is broken.")
    )
    rating = models.PositiveSmallIntegerField(
        _("how it went"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("conversation")
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="thread_due"),
            models.Index(fields=["rated_at"], condition=models.Q(rated_at__isnull=False), name="thread_rated"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True, rated_at__isnull=True)
                | models.Q(rating__range=(1, 5), rated_at__isnull=False),
                name="thread_rating_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"conversation {self.public_id}"


class ThreadMessage(PublicModel, RequestKeyed):
    """One message; never changed. Only an erasure blanks its text."""

    thread = models.ForeignKey(
        Thread, on_delete=models.PROTECT, related_name="messages", verbose_name=_("conversation")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1, in the order in which they were written."))
    side = models.CharField(_("written by"), max_length=8, choices=Side.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind.choices, default=MessageKind.WORDS)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Empty: whoever held the link."),
    )
    text = EncryptedTextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("message of a conversation")
        verbose_name_plural = _("messages of a conversation")
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="thread_message_number_once")]

    def __str__(self) -> str:
        return f"message {self.number} of conversation {self.thread_id}"


class Attachment(PublicModel):
    """A small file of a message. Video goes through the upload page: it is evidence, and this is not."""

    message = models.ForeignKey(
        ThreadMessage, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("message")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AttachmentKind.choices)
    name = EncryptedTextField(_("name"), blank=True)
    content = EncryptedBinaryField(_("content"), editable=False)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes, as it is kept."))
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("attachment")

    def __str__(self) -> str:
        return f"attachment {self.public_id}"


class StaffNote(PublicModel, RequestKeyed):
    """What staff note for each other on a conversation. In a table of its own, so that no page of owners reads it."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="+", verbose_name=_("conversation"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = EncryptedTextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("staff note")

    def __str__(self) -> str:
        return f"staff note {self.public_id}"


class Thanks(PublicModel):
    """That the agency thanked who answered a request that is over, and whether it says how it ended."""

    request = models.OneToOneField(
        FootageRequest, on_delete=models.PROTECT, related_name="+", verbose_name=_("request")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    words = models.TextField(_("words"), blank=True, help_text=_("The same for everybody who answered."))
    tells_outcome = models.BooleanField(_("says how it ended"), default=False)

    class Meta:
        verbose_name = _("thanks")
        verbose_name_plural = _("thanks")

    def __str__(self) -> str:
        return f"thanks for request {self.request_id}"


def promise_of(promises: Promises, state: str) -> timedelta | None:
    """How long after the owner wrote the next step of a conversation in this state is promised; None: no step is."""
    hours = {
        ThreadState.ASKED: promises.acknowledge_hours,
        ThreadState.ACKNOWLEDGED: promises.look_hours,
        ThreadState.LOOKED_AT: promises.decide_hours,
    }.get(ThreadState(state))
    return timedelta(hours=hours) if hours else None
