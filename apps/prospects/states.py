"""States of an owner's invitation, and where it comes from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class Origin(models.TextChoices):
    MEETING = "meeting", _("at a meeting")
    FILE = "file", _("by a file")


class OwnerState(models.TextChoices):
    WAITING = "waiting", _("not yet invited")
    INVITED = "invited", _("invited")
    CLAIMED = "claimed", _("taken over by its owner")
    REMOVED = "removed", _("removed by its owner")  # nobody may enter this address again
    LAPSED = "lapsed", _("not answered, erased")
    WITHDRAWN = "withdrawn", _("withdrawn by the agency")  # the import was undone


OPEN_OWNERS = (OwnerState.WAITING, OwnerState.INVITED)

OWNER_TRANSITIONS = Transitions(
    {
        OwnerState.WAITING: {OwnerState.INVITED, OwnerState.CLAIMED, OwnerState.WITHDRAWN},
        OwnerState.INVITED: {OwnerState.CLAIMED, OwnerState.REMOVED, OwnerState.LAPSED, OwnerState.WITHDRAWN},
    }
)
