"""States of a conversation, and what its messages are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class ThreadState(models.TextChoices):
    QUIET = "quiet", _("nothing is open")  # the owner waits for nothing
    ASKED = "asked", _("waits for the agency")  # the owner wrote; nobody has said that it was seen
    ACKNOWLEDGED = "acknowledged", _("seen by the agency")  # a named person has it
    LOOKED_AT = "looked_at", _("being looked into")  # somebody works on it
    DECIDED = "decided", _("answered")  # the agency has answered; the next message of the owner begins anew


THREAD_TRANSITIONS = Transitions(
    {
        ThreadState.QUIET: {ThreadState.ASKED},
        ThreadState.ASKED: {ThreadState.ACKNOWLEDGED, ThreadState.LOOKED_AT, ThreadState.DECIDED},
        ThreadState.ACKNOWLEDGED: {ThreadState.LOOKED_AT, ThreadState.DECIDED},
        ThreadState.LOOKED_AT: {ThreadState.DECIDED},
        ThreadState.DECIDED: {ThreadState.ASKED},
    }
)

# The owner waits, and a promise runs.
OPEN = (ThreadState.ASKED, ThreadState.ACKNOWLEDGED, ThreadState.LOOKED_AT)


class Side(models.TextChoices):
    OWNER = "owner", _("the owner")
    AGENCY = "agency", _("the agency")


class MessageKind(models.TextChoices):
    WORDS = "words", _("message")
    EXPORT_HELP = "export_help", _("needs help with getting the video out")  # goes to the agency's named helper
    NOT_RIGHT = "not_right", _("this was not right")  # opens a conversation again that was over
    THANKS = "thanks", _("thanks")  # after the request, to everybody who answered


class AttachmentKind(models.TextChoices):
    PICTURE = "picture", _("picture")  # made anew from its pixels; shown in the page
    DOCUMENT = "document", _("document")  # never shown, never decoded; to download only
