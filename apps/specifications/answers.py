"""Answers about a camera that a rule can judge."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Clock(models.TextChoices):
    AUTOMATIC = "automatic", _("sets itself")  # by network or satellite: the recorder's time can be trusted
    BY_HAND = "by_hand", _("is set by hand")


class Premises(models.TextChoices):
    OWNED = "owned", _("my own")
    PERMITTED = "permitted", _("rented, with the owner's permission")
    NOT_PERMITTED = "not_permitted", _("rented, without the owner's permission so far")
