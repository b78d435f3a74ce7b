"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CamerasConfig(AppConfig):
    name = "apps.cameras"
    verbose_name = _("Cameras")

    def ready(self) -> None:
        from apps.cameras import signals  # noqa: F401
        from apps.cameras.selectors import impact_on
        from apps.terms import impact

        impact.count_with(impact_on)
