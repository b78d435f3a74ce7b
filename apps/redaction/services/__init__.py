"""The verbs of redactions: begin one, draw, undo, submit, return, sign off, try again; a worker makes and proves it."""

from apps.redaction.services.drawing import save_plan, start_redaction, submit_redaction, undo_plan
from apps.redaction.services.ending import set_aside, withdraw_redaction
from apps.redaction.services.reading import return_redaction, sign_off, try_again

__all__ = [
    "return_redaction",
    "save_plan",
    "set_aside",
    "sign_off",
    "start_redaction",
    "submit_redaction",
    "try_again",
    "undo_plan",
    "withdraw_redaction",
]
