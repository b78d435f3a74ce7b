"""Who and what was erased, kept outside the database: a database that is put back has forgotten it.

A line for each act, with ids that say nothing once the person is erased. Each line carries a code over itself and all
lines before it, so that no line can be added, changed or taken out of the middle by somebody without DIGEST_KEY.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.backups.manifest import NotWhole
from apps.evidence.vouching import DISPOSED
from apps.ledger.models import Entry

ACTS = (
    "account.erased",
    "partner.erased",
    "owner.removed",
    "owner.erased",
    "records_request.contact_erased",
    DISPOSED,
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """An act after which something is gone: its entry in the ledger, what was done to what, and when (UTC)."""

    entry: str
    act: str
    kind: str
    id: str
    at: str


def path() -> Path:
    """The list, beside the backups."""
    return Path(settings.BACKUP_DIR) / "erasures.jsonl"


def keep() -> int:
    """Add what was erased since, durably; returns how many lines. Raises `NotWhole`, OSError.

    The caller is alone with the folder.
    """
    known, last = _read()
    there = {erasure.entry for erasure in known}
    new = [
        Erasure(str(one.public_id), one.action, one.subject_kind, one.subject_id, one.recorded_at.isoformat())
        for one in Entry.objects.filter(action__in=ACTS).defer("leaf").order_by("pk").iterator()
        if str(one.public_id) not in there
    ]
    if not new:
        return 0
    with path().open("ab") as handle:
        handle.truncate(_end_of_lines())
        for erasure in new:
            last = _code(last, erasure)
            handle.write(json.dumps({**asdict(erasure), "code": last}, sort_keys=True).encode() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    return len(new)


def read() -> list[Erasure]:
    """Everything on the list, in order. Raises `NotWhole`, OSError."""
    return _read()[0]


def forgotten(erasures: Iterable[Erasure]) -> list[Erasure]:
    """Those that this database does not know of: it is older."""
    listed = list(erasures)
    known = {str(public_id) for public_id in Entry.objects.filter(action__in=ACTS).values_list("public_id", flat=True)}
    return [erasure for erasure in listed if erasure.entry not in known]


def _read() -> tuple[list[Erasure], str]:
    found, last = [], ""
    try:
        lines = path().read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], ""
    for number, line in enumerate(lines[:-1], start=1):  # the last one ends with no line break: it is not finished
        try:
            said = json.loads(line)
            code = said.pop("code")
            erasure = Erasure(**said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotWhole(f"Line {number} of the list of erasures cannot be read. It was changed.") from error
        last = _code(last, erasure)
        if not hmac.compare_digest(code, last):
            raise NotWhole(f"The list of erasures was changed at line {number}, or a line before it is missing.")
        found.append(erasure)
    return found, last


def _end_of_lines() -> int:
    """Where the last whole line ends: a run may have died in the next one."""
    return path().read_bytes().rfind(b"\n") + 1


def _code(before: str, erasure: Erasure) -> str:
    text = before + json.dumps(asdict(erasure), sort_keys=True)
    return salted_hmac("backups.erasures", text, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()
