"""States of a specification, and how a camera can do against one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


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


class ConformanceOutcome(models.TextChoices):
    PASS = "pass", _("meets the specification")
    WARN = "warn", _("meets it with a warning")
    FAIL = "fail", _("does not meet it")
