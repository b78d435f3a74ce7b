"""What a row of a review is about, and how it is marked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RowKind(models.TextChoices):
    """What the auditor looks at."""

    LOOK = "look", pgettext_lazy("review", "access")
    EXPORT = "export", pgettext_lazy("review", "export of a list")
    FINDING = "finding", pgettext_lazy("review", "finding")


class Mark(models.TextChoices):
    """What the auditor says of it. A row with a question is not settled yet."""

    IN_ORDER = "in_order", _("in order")
    QUESTION = "question", _("question to the person")
    FINDING = "finding", _("finding recorded")


SETTLED = (Mark.IN_ORDER, Mark.FINDING)
