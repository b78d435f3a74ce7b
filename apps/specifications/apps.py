"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpecificationsConfig(AppConfig):
    name = "apps.specifications"
    verbose_name = _("Specifications")
