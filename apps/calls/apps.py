"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "apps.calls"
    verbose_name = _("Calls for service")

    def ready(self) -> None:
        """Agreements can share the calls on the board."""
        from apps.agreements.scopes import Scope, declare
        from apps.calls.policies import SCOPE

        declare(Scope(SCOPE, _("calls for service that are on the board")))
