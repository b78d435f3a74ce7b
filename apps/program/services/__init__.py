"""The app's verbs."""

from apps.program.services.exporting import record_figures_export
from apps.program.services.measuring import take_snapshots
from apps.program.services.residents import set_residents
from apps.program.services.targets import set_target, withdraw_target
from apps.program.services.updates import (
    discard_update,
    draft_correction,
    draft_due_update,
    publish_update,
    save_update,
)

__all__ = [
    "discard_update",
    "draft_correction",
    "draft_due_update",
    "publish_update",
    "record_figures_export",
    "save_update",
    "set_residents",
    "set_target",
    "take_snapshots",
    "withdraw_target",
]
