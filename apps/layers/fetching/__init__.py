"""Asking an address on the internet for a file, in a way that reaches nothing inside of the network."""

from apps.layers.fetching.addresses import PUBLIC, Reach
from apps.layers.fetching.asking import Limits, fetch
from apps.layers.fetching.refusals import FetchRefused

__all__ = ["PUBLIC", "FetchRefused", "Limits", "Reach", "fetch"]
