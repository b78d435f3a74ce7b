"""States of a request to see places for a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class AskState(models.TextChoices):
    ASKED = "asked", _("waiting for a supervisor")  # a supervisor who did not ask decides
    AGREED = "agreed", _("agreed")  # opens places to the person who asked, until its end
    REFUSED = "refused", _("refused")  # with a reason that the person reads
    EXPIRED = "expired", _("expired")  # nobody decided in time


ASK_TRANSITIONS = Transitions({AskState.ASKED: {AskState.AGREED, AskState.REFUSED, AskState.EXPIRED}})
