"""The app's verbs."""

from apps.program.services.measuring import take_snapshots

__all__ = ["take_snapshots"]
