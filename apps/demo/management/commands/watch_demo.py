"""Waits for the workers and says when the demo's last video plays."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState
from apps.program.services import take_snapshots

LOOK_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Ends when no video waits for a worker any more; says how many play and which do not."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        waiting = EvidenceItem.objects.filter(state__in=[ItemState.RECEIVED, ItemState.SEALED])
        if not waiting.exists():
            return
        self.stdout.write("The workers seal the videos and make them playable …")
        while waiting.exists():
            connection.close()
            time.sleep(LOOK_EVERY_S)
        take_snapshots()  # the figures of the present day are those of before the videos
        plays = EvidenceItem.objects.filter(state=ItemState.PLAYABLE).count()
        kept = EvidenceItem.objects.exclude(state=ItemState.PLAYABLE).count()
        self.stdout.write(
            f"The last video plays, {time.monotonic() - began:.0f} s after the start: {plays} play in the browser, "
            f"{kept} can only be downloaded (no decoder reads them)."
        )
