"""The witnesses of our ledger: other portals, or any program that speaks C2SP tlog-witness.

Each gets the newest checkpoint with a proof that it continues the last one that it saw. What it then remembers cannot
be changed from here: a database that was put back, or a second past, is refused there, and noticed here.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from apps.core.deadline import Deadline
from apps.findings.services import notice
from apps.ledger.checkpoints import open_note
from apps.ledger.models import Checkpoint
from apps.ledger.selectors import consistency_proof, latest_checkpoint
from apps.ledger.signed_notes import COSIGNATURE, BadNote, VerifierKey, cosigned_at, opened
from apps.ledger.values import Subject
from apps.witness.asking import NoAnswer, fetch
from apps.witness.models import Witnessed
from apps.witness.protocol import SIZE_TYPE, Submission, origin_hash

log = logging.getLogger(__name__)

SILENT = timedelta(days=1)
_SECONDS = 10  # for all that one witness is asked
_TRIES = 3


class Contradicted(Exception):
    """The witness holds a state of our ledger that does not lead to the present one."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as LEDGER_WITNESSES names it."""

    key: VerifierKey
    url: str


def read_witness(written: str) -> Witness:
    """`verifier key address`. Raises ValueError that says what is wrong."""
    verifier, _, url = written.strip().partition(" ")
    try:
        key = VerifierKey.read(verifier)
    except ValueError as error:
        raise ValueError("this is not the verifier key of a witness.") from error
    if key.kind != COSIGNATURE:
        raise ValueError("this key signs a ledger and not cosignatures.")
    address = urlsplit(url.strip())
    near = address.hostname in ("localhost", "127.0.0.1", "::1")
    if not address.hostname or address.scheme not in (("http", "https") if near else ("https",)):
        raise ValueError("after the key and a space comes an https address.")
    return Witness(key, url.strip().rstrip("/"))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the witnesses answered: what was cosigned, and a sentence for each who contradicts or is silent."""

    cosigned: list[Witnessed]
    contradictions: list[str]
    silent: list[str]


def ask_all() -> Answers:
    """Have every witness cosign the newest checkpoint. Repeats change nothing; a long silence is a finding."""
    answers = Answers([], [], [])
    for witness in map(read_witness, settings.LEDGER_WITNESSES):
        try:
            kept = ask(witness)
        except Contradicted as found:
            answers.contradictions.append(f"{witness.key.name}: {found}")
        except NoAnswer as found:
            answers.silent.append(f"{witness.key.name}: {found}")
            log.warning("A witness of the ledger gave no cosignature: %s", found)
            _notice_silence(witness)
        else:
            answers.cosigned.extend([kept] if kept else [])
    return answers


def ask(witness: Witness, *, seconds: float = _SECONDS) -> Witnessed | None:
    """Have one witness cosign the newest checkpoint, and keep what it sent back; None while nothing is signed.

    Raises Contradicted and NoAnswer. No transaction is open while it waits, and it waits no longer than `seconds`.
    """
    with Deadline(seconds) as deadline:
        return _asked(witness, deadline)


def _asked(witness: Witness, deadline: Deadline) -> Witnessed | None:
    newest = latest_checkpoint()
    if newest is None:
        return None
    known = Witnessed.objects.filter(verifier=str(witness.key)).values_list("size", flat=True).first()
    old = min(known or 0, newest.size)
    for _ in range(_TRIES):
        proof = consistency_proof(old=old, new=newest.size)
        status, kind, answer = fetch(
            f"{witness.url}/add-checkpoint", deadline, body=str(Submission(old, proof, newest.note)).encode()
        )
        if status == 200:
            return _keep(witness, newest, answer)
        if status == 422:
            raise Contradicted(f"it cosigned another past of {old} entries.")
        if status != 409 or kind != SIZE_TYPE:
            raise NoAnswer(f"it refused with {status}.")
        old = _size_in(answer)
        if old > newest.size:
            newest = latest_checkpoint() or newest
            if old > newest.size:
                raise Contradicted(f"it cosigned {old} entries, and the ledger has {newest.size}.")
    raise NoAnswer("it names another size each time.")


def held_by(witness: Witness) -> str:
    """The newest checkpoint of our ledger that the witness holds, cosigned. Raises NoAnswer."""
    address = f"{witness.url}/{origin_hash(settings.LEDGER_ORIGIN)}/checkpoint"
    with Deadline(_SECONDS) as deadline:
        status, _, note = fetch(address, deadline)
    if status != 200:
        raise NoAnswer(f"it refused with {status}.")
    try:
        opened(note, [witness.key])
    except BadNote as error:
        raise NoAnswer("what it holds is not cosigned by it.") from error
    return note


def _keep(witness: Witness, newest: Checkpoint, lines: str) -> Witnessed:
    try:
        open_note(newest.note + lines)
        held = opened(newest.note + lines, [witness.key])
        said = datetime.fromtimestamp(cosigned_at(held.signatures[0][1]), UTC)
    except BadNote as error:
        raise NoAnswer("it sent no cosignature of this name and key.") from error
    except (ValueError, OverflowError, OSError) as error:
        raise NoAnswer("its clock is wrong.") from error
    # A time far ahead would hide each later silence.
    if said > timezone.now() + SILENT:
        raise NoAnswer("its clock is wrong.")
    # Lines that nobody checked are left out.
    note = newest.note + held.note.removeprefix(f"{held.text}\n")
    kept, _ = Witnessed.objects.update_or_create(
        verifier=str(witness.key), defaults={"size": newest.size, "note": note, "cosigned_at": said}
    )
    return kept


def _notice_silence(witness: Witness) -> None:
    last = Witnessed.objects.filter(verifier=str(witness.key)).values_list("cosigned_at", flat=True).first()
    if last is not None and timezone.now() - last > SILENT:
        about = Subject("witness", witness.key.key_id.hex())
        notice("witness.silent", about=about, facts={"since": last.isoformat(timespec="seconds")})


def _size_in(answer: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}\n?", answer):
        raise NoAnswer("it names no size.")
    return int(answer)
