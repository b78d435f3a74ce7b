"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "apps.findings"
    verbose_name = _("Findings")

    def ready(self) -> None:
        autodiscover_modules("finding_kinds")
