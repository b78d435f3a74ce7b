"""A small city on a database of its own, in a process of its own: `python -m tests.backups.city FOLDER`.

It says at the end, in a line of JSON, what the drill compares with.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django


def live(folder: Path) -> dict[str, Any]:
    """Two items, a backup, then more: an item, somebody who is erased."""
    import time_machine
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder
    from django.utils import timezone

    from apps.backups import ages, folders
    from apps.ledger import services as ledger
    from apps.ledger.selectors import latest_checkpoint
    from apps.privacy.closing import close_account, erase_due
    from tests.factories.actors import actor_for
    from tests.factories.canaries import known_person
    from tests.factories.items import sealed_item

    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    MigrationRecorder(connection).ensure_schema()
    known = known_person()
    sealed_item(b"one")
    call_command("back_up", stdout=sys.stderr)
    backup = folders.whole()[-1]
    later = sealed_item(b"two")
    call_command("back_up", "--files", stdout=sys.stderr)
    ledger.sequence()
    time.sleep(0.1)
    between = timezone.now().isoformat()
    time.sleep(0.1)
    close_account(user=known.user, actor=actor_for(known.user))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        erase_due()
    call_command("back_up", "--files", stdout=sys.stderr)
    ledger.sequence()
    newest = latest_checkpoint()
    assert newest is not None
    outside = folder / "outside.checkpoint"
    outside.write_text(newest.note)
    return {
        "backup": str(backup),
        "outside": str(outside),
        "between": between,
        "person": str(known.user.pk),
        "good_parts": [str(one.part) for one in ages.ages() if one.good],
        "log_is_kept": ages.log_behind()[1],
        "later": str(later.public_id),
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(live(Path(sys.argv[1]))))
