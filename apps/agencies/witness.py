"""The ledger's newest checkpoint to those who keep it outside: witnesses, a folder, and once a day mail."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.findings.services import notice
from apps.ledger import checkpoints, witness
from apps.ledger.selectors import latest_checkpoint, waiting_since
from apps.notifications.services import queue_message
from apps.witness import witnesses

log = logging.getLogger(__name__)

BEHIND = timedelta(minutes=10)


def witness_ledger() -> None:
    """Have the witnesses cosign the newest checkpoint, keep it, mail the day's first; or tell of a contradiction.

    Repeats change nothing. Raises OSError if the folder cannot be written.
    """
    problems = [*witness.contradicted(), *witnesses.ask_all().contradictions]
    for problem in problems:
        log.error("The ledger contradicts its witness: %s", problem)
    if problems:
        notice("ledger.contradicted", facts={"contradictions": len(problems)})
    else:
        witness.keep()
    newest = latest_checkpoint()
    if newest is None and not problems:
        return
    context = {
        "portal_name": settings.PORTAL_NAME,
        "site_url": settings.SITE_URL,
        "note": newest.note if newest else "",
        "size": newest.size if newest else 0,
        "verifier": checkpoints.verifier_key(),
        "problems": problems,
    }
    subject = (
        _("The ledger contradicts a checkpoint that was kept") if problems else _("Please keep: today's checkpoint")
    )
    # A problem has a letter of its own each day, also where the day's checkpoint went out before it was found.
    kind = "ledger.contradicted" if problems else "ledger.checkpoint"
    with transaction.atomic():
        for address in settings.LEDGER_WITNESS_MAILS:
            whose = hashlib.sha256(address.encode()).hexdigest()[:16]
            queue_message(
                kind=kind,
                recipient=address,
                subject=subject,
                text=render_to_string("emails/agencies/checkpoint.txt", context),
                dedupe_key=f"{kind}:{timezone.now().date()}:{whose}",
            )


def check_age() -> None:
    """Notice that entries have waited for their place in the ledger longer than they ever should."""
    since = waiting_since()
    if since is not None and timezone.now() - since > BEHIND:
        notice("ledger.behind", facts={"waiting_since": since.isoformat(timespec="seconds")})
