"""States of a camera's registration and of a specification."""

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


class Recording(models.TextChoices):
    CONTINUOUS = "continuous", _("all the time")
    EVENT = "event", _("only when something moves")


class Clock(models.TextChoices):
    AUTOMATIC = "automatic", _("sets itself")  # by network or satellite: the recorder's time can be trusted
    BY_HAND = "by_hand", _("is set by hand")


class Premises(models.TextChoices):
    OWNED = "owned", _("my own")
    PERMITTED = "permitted", _("rented, with the owner's permission")
    NOT_PERMITTED = "not_permitted", _("rented, without the owner's permission so far")


class Funding(models.TextChoices):
    PRIVATE = "private", _("paid privately")
    REBATE = "rebate", _("bought with a rebate of the program")
    GRANT = "grant", _("paid by a grant")


class SpecificationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", _("in force")
    SUPERSEDED = "superseded", _("superseded")
    DISCARDED = "discarded", _("thrown away")  # a draft that nobody wanted; it was never in force


SPECIFICATION_TRANSITIONS = Transitions(
    {
        SpecificationState.DRAFT: {SpecificationState.IN_FORCE, SpecificationState.DISCARDED},
        SpecificationState.IN_FORCE: {SpecificationState.SUPERSEDED},
    }
)


class RunState(models.TextChoices):
    """States of a job that goes through all cameras."""

    WORKING = "working", _("going through the cameras")
    TELLING = "telling", _("writing to owners")  # of cameras that do worse than before
    DONE = "done", _("done")
    OVERTAKEN = "overtaken", _("overtaken by a newer one")  # the rest is the newer one's work


RUN_TRANSITIONS = Transitions(
    {
        RunState.WORKING: {RunState.TELLING, RunState.DONE, RunState.OVERTAKEN},
        RunState.TELLING: {RunState.DONE, RunState.OVERTAKEN},
    }
)


class ConformanceOutcome(models.TextChoices):
    PASS = "pass", _("meets the specification")
    WARN = "warn", _("meets it with a warning")
    FAIL = "fail", _("does not meet it")
