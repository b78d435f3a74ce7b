"""The verbs of layers."""

from apps.layers.services.keeping import change_layer, check_now, close_layer, make_layer
from apps.layers.services.loading import apply_load, drop_load, offer_load
from apps.layers.services.refreshing import due_layers, refresh_layer

__all__ = [
    "apply_load",
    "change_layer",
    "check_now",
    "close_layer",
    "drop_load",
    "due_layers",
    "make_layer",
    "offer_load",
    "refresh_layer",
]
