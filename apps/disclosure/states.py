"""States of a public records request, its outcome, and what is decided about each item."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class RecordsState(models.TextChoices):
    RECEIVED = "received", _("received")  # the clock runs
    ACKNOWLEDGED = "acknowledged", _("acknowledged")  # the requester was told that it is being worked on
    ANSWERED = "answered", _("answered")  # what can be given was given, and what is withheld has its statute
    CLOSED = "closed", _("closed")  # nothing more will be done


OPEN_STATES = (RecordsState.RECEIVED, RecordsState.ACKNOWLEDGED)

RECORDS_TRANSITIONS = Transitions(
    {
        RecordsState.RECEIVED: {RecordsState.ACKNOWLEDGED, RecordsState.ANSWERED, RecordsState.CLOSED},
        RecordsState.ACKNOWLEDGED: {RecordsState.ANSWERED, RecordsState.CLOSED},
        RecordsState.ANSWERED: {RecordsState.CLOSED, RecordsState.ACKNOWLEDGED},  # back: taken up again
        RecordsState.CLOSED: {RecordsState.ACKNOWLEDGED},
    }
)


class RecordsOutcome(models.TextChoices):
    GIVEN = "given", _("given in whole")
    PART = "part", _("given in part")
    DENIED = "denied", _("denied")
    NONE = "none", _("no such record")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Channel(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    PHONE = "phone", _("by phone")
    EMAIL = "email", _("by e-mail")
    MAIL = "mail", _("by mail")
    ONLINE = "online", _("through another portal")


class Decision(models.TextChoices):
    UNDECIDED = "undecided", _("not decided yet")
    GIVE = "give", _("give in whole")
    REDACT = "redact", _("give with parts removed")
    WITHHOLD = "withhold", _("withhold")
    NOT_ASKED = "not_asked", _("not what was asked for")


class FeeKind(models.TextChoices):
    ESTIMATE = "estimate", _("estimate")
    DEPOSIT = "deposit", _("deposit")
    CHARGE = "charge", _("charged")
    PAID = "paid", _("paid")
    WAIVED = "waived", _("waived")
