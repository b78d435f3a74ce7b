"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextingConfig(AppConfig):
    name = "apps.texting"
    verbose_name = _("Text messages")

    def ready(self) -> None:
        from apps.texting import data_inventory  # noqa: F401
