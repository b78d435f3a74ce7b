"""States of a call for service, as dispatch says them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CallState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("call", "waiting")  # no unit has been sent yet
    ACTIVE = "active", pgettext_lazy("call", "active")  # a unit is on the way or at the scene
    CLOSED = "closed", pgettext_lazy("call", "closed")


#: A call on the board. Dispatch may also open a closed one again.
OPEN_STATES = (CallState.WAITING, CallState.ACTIVE)
