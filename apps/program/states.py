"""States of a quarterly update."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class UpdateState(models.TextChoices):
    DRAFT = "draft", _("draft")  # its words are being written; its figures are fixed
    PUBLISHED = "published", _("published")  # for everybody, and never changed
    DISCARDED = "discarded", _("discarded")  # a draft that nobody wanted


UPDATE_TRANSITIONS = Transitions({UpdateState.DRAFT: {UpdateState.PUBLISHED, UpdateState.DISCARDED}})
