"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "apps.health"
    verbose_name = _("Health")

    def ready(self) -> None:
        from apps.health import task_figures  # noqa: F401
