"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "apps.sharing"
    verbose_name = _("Sharing")

    def ready(self) -> None:
        """Agreements can share videos, and a grant is a ground to look at them."""
        from apps.access.grounds import register
        from apps.agreements.scopes import declare
        from apps.sharing.ground import GROUND
        from apps.sharing.scope import INCIDENTS, VIDEOS

        declare(VIDEOS)
        declare(INCIDENTS)
        register(GROUND)
