"""States of a camera's registration, of its confirmation and of jobs over the register."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class CameraState(models.TextChoices):
    PENDING = "pending", _("waiting for review")  # registered; staff have not looked yet
    RETURNED = "returned", _("returned for correction")  # the registrant is asked to correct something
    ACTIVE = "active", _("active")  # may be matched
    LAPSED = "lapsed", _("lapsed")  # not re-confirmed in time; not matched until it is
    RETIRED = "retired", _("retired")  # withdrawn by its owner or by staff; for good


CAMERA_TRANSITIONS = Transitions(
    {
        CameraState.PENDING: {CameraState.ACTIVE, CameraState.RETURNED, CameraState.RETIRED},
        CameraState.RETURNED: {CameraState.PENDING, CameraState.RETIRED},
        # Back to pending when its owner moves it: somebody looks again before it is matched.
        CameraState.ACTIVE: {CameraState.PENDING, CameraState.LAPSED, CameraState.RETURNED, CameraState.RETIRED},
        # Active again when its owner confirms it; pending when it was moved meanwhile.
        CameraState.LAPSED: {CameraState.ACTIVE, CameraState.PENDING, CameraState.RETIRED},
    }
)


class ConfirmationOutcome(models.TextChoices):
    ANSWERED = "answered", _("answered")  # every camera that was due is confirmed, changed or gone
    LAPSED = "lapsed", _("not answered")  # what was due has lapsed; the link still brings it back


class Change(models.TextChoices):
    """What an owner says has become of a camera."""

    MOVED = "moved", _("it hangs somewhere else now")
    REPLACED = "replaced", _("another camera hangs there now")
    GONE = "gone", _("it is gone")


class Said(models.TextChoices):
    """An owner's answer to a yes-or-no question of the yearly check. Empty where the owner did not say."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class ClockSource(models.TextChoices):
    """How the offset of a recorder's clock became known."""

    PHOTOGRAPH = "photograph", _("a photograph of both clocks")
    TYPED = "typed", _("both times typed")
    CLIP = "clip", _("both times in a test clip")


class Recording(models.TextChoices):
    CONTINUOUS = "continuous", _("all the time")
    EVENT = "event", _("only when something moves")


class Funding(models.TextChoices):
    PRIVATE = "private", _("paid privately")
    REBATE = "rebate", _("bought with a rebate of the program")
    GRANT = "grant", _("paid by a grant")


class RunState(models.TextChoices):
    """States of a job that goes through all cameras."""

    WORKING = "working", _("going through the cameras")
    TELLING = "telling", _("writing to owners")  # of cameras that do worse than before
    DONE = "done", _("done")
    OVERTAKEN = "overtaken", _("overtaken by a newer one")  # the rest is the newer one's work


OPEN_RUNS = (RunState.WORKING, RunState.TELLING)

RUN_TRANSITIONS = Transitions(
    {
        RunState.WORKING: {RunState.TELLING, RunState.DONE, RunState.OVERTAKEN},
        RunState.TELLING: {RunState.DONE, RunState.OVERTAKEN},
    }
)
