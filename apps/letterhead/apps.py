"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LetterheadConfig(AppConfig):
    name = "apps.letterhead"
    verbose_name = _("Letterheads")
