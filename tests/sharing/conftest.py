"""A sealed-off store."""

from tests.evidence.conftest import own_folders

__all__ = ["own_folders"]
