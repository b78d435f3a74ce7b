"""From when a rule counts, and where a disposal stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class Basis(models.TextChoices):
    RECEIVED = "received", _("the file came")
    REQUEST_ENDED = "request_ended", _("its request for footage ended")


class DisposalState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")  # one custodian says that the item may go
    APPROVED = "approved", _("approved")  # another one agreed: the item is disposed of
    REFUSED = "refused", _("refused")  # nothing happens; it can be proposed anew


DISPOSAL_TRANSITIONS = Transitions({DisposalState.PROPOSED: {DisposalState.APPROVED, DisposalState.REFUSED}})
