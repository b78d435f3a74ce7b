"""States of an owner's invitation and of an offer of cameras, and where an invitation comes from."""

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


class OfferState(models.TextChoices):
    OPEN = "open", _("open")  # who has the link may take the cameras over
    TAKEN = "taken", _("taken over")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")  # by who offered, or with their right to offer
    EXPIRED = "expired", _("expired")


OFFER_TRANSITIONS = Transitions(
    {OfferState.OPEN: {OfferState.TAKEN, OfferState.DECLINED, OfferState.WITHDRAWN, OfferState.EXPIRED}}
)
