"""States of a redaction."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class RedactionState(models.TextChoices):
    DRAFT = "draft", _("being drawn")  # its author draws boxes and gives grounds
    SUBMITTED = "submitted", _("waiting for a second reader")  # nothing changes until somebody else has read it
    RETURNED = "returned", _("returned")  # the reader said what is missing; its author goes on
    SIGNED = "signed", _("signed off, being made")  # a worker renders it from the original and proves it
    PROVEN = "proven", _("made and proven")  # every pixel of every box differs from the original
    FAILED = "failed", _("cannot be made")  # with a reason; it may be drawn otherwise, or tried again
    ASIDE = "aside", _("set aside")  # not needed, with a reason, for good; what was drawn stays as a record


EDITABLE = (RedactionState.DRAFT, RedactionState.RETURNED, RedactionState.FAILED)
"""What its author may change. One that was returned or that failed is then a draft again, and is read again."""

REDACTION_TRANSITIONS = Transitions(
    {
        RedactionState.DRAFT: {RedactionState.SUBMITTED, RedactionState.ASIDE},
        # Back to a draft: its author took it back.
        RedactionState.SUBMITTED: {
            RedactionState.RETURNED,
            RedactionState.SIGNED,
            RedactionState.DRAFT,
            RedactionState.ASIDE,
        },
        RedactionState.RETURNED: {RedactionState.DRAFT, RedactionState.SUBMITTED, RedactionState.ASIDE},
        RedactionState.SIGNED: {RedactionState.PROVEN, RedactionState.FAILED},
        RedactionState.FAILED: {RedactionState.DRAFT, RedactionState.SIGNED, RedactionState.ASIDE},
    }
)
