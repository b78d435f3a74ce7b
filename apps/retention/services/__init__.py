"""The verbs of retention."""

from apps.retention.services.scheduling import publish_schedule

__all__ = ["publish_schedule"]
