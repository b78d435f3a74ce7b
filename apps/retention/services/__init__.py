"""The verbs of retention."""

from apps.retention.services.disposing import approve_disposition, propose_disposition, refuse_disposition
from apps.retention.services.scheduling import publish_schedule

__all__ = ["approve_disposition", "propose_disposition", "publish_schedule", "refuse_disposition"]
