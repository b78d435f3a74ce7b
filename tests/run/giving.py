"""Run in a process with the settings of a running portal: a video arrives, through the real intake."""

from __future__ import annotations

from pathlib import Path

import django


def give(clip: str) -> None:
    """Receive the file at `clip` as an evidence item and enqueue its work for the running workers."""
    django.setup()
    from apps.footage_requests.models import Invitation
    from tests.factories.evidence import received_item

    received_item(Path(clip), sent_through=Invitation.objects.first())
