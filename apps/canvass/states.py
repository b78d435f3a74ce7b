"""States of a canvass, what was said at a door, and why a visit counts as late."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class CanvassState(models.TextChoices):
    OPEN = "open", _("under way")  # officers go from door to door
    ENDED = "ended", _("ended")  # what phones still hold is kept, and marked as late


CANVASS_TRANSITIONS = Transitions({CanvassState.OPEN: {CanvassState.ENDED}})


class Outcome(models.TextChoices):
    """What was found at a door. A wish for a court order is written down as said; no officer promises one."""

    NOBODY_HOME = "nobody_home", _("nobody home")
    LEFT_CARD = "left_card", _("nobody home, left a card")
    COME_BACK = "come_back", _("come back later")
    WILL_GIVE = "will_give", _("has a camera, will give video")
    COURT_ORDER = "court_order", _("has a camera, asks for a court order")
    SAYS_NO = "says_no", _("has a camera, says no")
    NO_CAMERA = "no_camera", _("no camera")


#: Somebody still has to go there.
TO_COME_BACK = (Outcome.NOBODY_HOME, Outcome.COME_BACK)


class Late(models.TextChoices):
    """Why a visit that a phone sent was no longer expected. It is kept all the same."""

    ENDED = "ended", _("sent after the end of the canvass")
    REMOVED = "removed", _("sent after the officer was removed")
