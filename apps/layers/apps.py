"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    name = "apps.layers"
    verbose_name = _("Map layers")

    def ready(self) -> None:
        """Agreements can share layers, kind by kind."""
        from apps.agreements.scopes import Scope, declare
        from apps.layers.policies import SCOPE
        from apps.layers.states import LayerKind

        declare(Scope(SCOPE, _("map layers"), LayerKind.choices))
