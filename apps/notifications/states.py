"""States of a message in the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class MessageState(models.TextChoices):
    QUEUED = "queued", _("queued")  # waits for its time
    CLAIMED = "claimed", _("being sent")  # a worker holds it; its Message-ID is recorded
    SENT = "sent", _("sent")  # the server accepted it
    RETURNED = "returned", _("came back")  # taken, and reported as not delivered afterwards
    FAILED = "failed", _("failed")  # the server refused it for good
    UNKNOWN = "unknown", _("unknown")  # the server's answer was lost; sent again, counted as a possible double
    DROPPED = "dropped", _("not sent")  # when its time came, it was no longer to be sent
    HELD = "held", _("held for a digest")  # its reader gets one letter a day
    GATHERED = "gathered", _("told in a digest")  # a digest has its line; that one is sent, or not


MESSAGE_TRANSITIONS = Transitions(
    {
        MessageState.QUEUED: {MessageState.CLAIMED},
        MessageState.CLAIMED: {
            MessageState.SENT,
            MessageState.FAILED,
            MessageState.QUEUED,
            MessageState.UNKNOWN,
            MessageState.DROPPED,
            MessageState.HELD,
        },
        MessageState.HELD: {MessageState.GATHERED, MessageState.QUEUED, MessageState.DROPPED},
        MessageState.UNKNOWN: {MessageState.CLAIMED},
        MessageState.SENT: {MessageState.RETURNED},
    }
)
