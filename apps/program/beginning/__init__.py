"""How a city begins: what its file says, checked before anything is done, and the steps in their order."""

from apps.program.beginning.plan import Plan, read_plan
from apps.program.beginning.steps import begin

__all__ = ["Plan", "begin", "read_plan"]
