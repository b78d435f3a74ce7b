"""Django's registration of the app."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class WitnessConfig(AppConfig):
    name = "apps.witness"
    verbose_name = _("Witnesses of ledgers")

    def ready(self) -> None:
        from apps.witness.checks import witnesses_can_be_read

        register(witnesses_can_be_read, Tags.security)
