"""Where an agency's own words may stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.TextChoices):
    """A fixed place in a letter or on a page. What surrounds it is the portal's, and stays."""

    INVITATION = "invitation", _("the first letter of a request")
    REMINDER = "reminder", _("the reminder")
    THANKS = "thanks", _("the page after an answer")
