"""From a file of any known format to the features of a layer."""

from apps.layers.reading.files import Reading, read_features
from apps.layers.reading.rows import Found

__all__ = ["Found", "Reading", "read_features"]
