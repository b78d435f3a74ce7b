"""The app's verbs."""

from apps.program.services.measuring import take_snapshots
from apps.program.services.targets import set_target, withdraw_target

__all__ = ["set_target", "take_snapshots", "withdraw_target"]
