"""States of a consent to text messages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class TextingState(models.TextChoices):
    ASKED = "asked", _("waits for the code")  # a code went to the number
    ON = "on", _("on")  # the code came back: texts may go there
    STOPPED = "stopped", _("stopped")  # from the page or with STOP
    REPLACED = "replaced", _("replaced")  # a newer one was begun


class StoppedBy(models.TextChoices):
    PAGE = "page", _("on the page")
    PHONE = "phone", _("from the phone")


TEXTING_TRANSITIONS = Transitions(
    {
        TextingState.ASKED: {TextingState.ON, TextingState.REPLACED},
        TextingState.ON: {TextingState.STOPPED},
        TextingState.STOPPED: {TextingState.ON},
    }
)
