"""From when a rule counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    RECEIVED = "received", _("the file came")
    REQUEST_ENDED = "request_ended", _("its request for footage ended")
