"""Being a witness: which ledgers are watched, and cosigning what continues what was seen before."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput, NotFound
from apps.core.locks import locked
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.checkpoints import SignedState, state_of
from apps.ledger.merkle import verify_consistency
from apps.ledger.signed_notes import ED25519, BadNote, Opened, VerifierKey, opened
from apps.ledger.values import Actor, Subject
from apps.witness import keys
from apps.witness.models import WatchedLedger
from apps.witness.protocol import MOST_SIZE, Refused, Submission, read_submission


def watch(*, verifier: str, actor: Actor) -> WatchedLedger:
    """Be a witness for the ledger that signs with this key; a further key of the same ledger is added.

    Again, it changes nothing. Raises InvalidInput for what is not a log's verifier key.
    """
    try:
        key = VerifierKey.read(verifier)
    except ValueError as error:
        raise InvalidInput(_("This is not a verifier key, as verify_ledger prints it on the other portal.")) from error
    if key.kind != ED25519:
        raise InvalidInput(_("This is the key of a witness. Give the key with which the ledger signs its checkpoints."))
    if key.name == settings.LEDGER_ORIGIN:
        raise InvalidInput(_("A ledger cannot be its own witness. Run this command on another portal."))
    with transaction.atomic():
        row, _created = WatchedLedger.objects.get_or_create(origin=key.name)
        watched = locked(WatchedLedger.objects).get(pk=row.pk)
        if str(key) not in watched.verifiers:
            watched.verifiers = [*watched.verifiers, str(key)]
            watched.save(update_fields=["verifiers"])
            ledger.record("watched_ledger.watched", subject_of(watched), actor, origin=key.name, verifier=str(key))
    return watched


def stop_watching(*, verifier: str, actor: Actor) -> WatchedLedger:
    """Cosign nothing more that this key signed. Without a key left the ledger is watched no more.

    What was seen of it is kept, should it be watched again. Raises NotFound.
    """
    with transaction.atomic():
        watched = locked(WatchedLedger.objects.filter(origin=verifier.partition("+")[0])).first()
        if watched is None or verifier not in watched.verifiers:
            raise NotFound(_("This portal is no witness for a ledger with that key."))
        watched.verifiers = [key for key in watched.verifiers if key != verifier]
        watched.save(update_fields=["verifiers"])
        ledger.record("watched_ledger.stopped", subject_of(watched), actor, origin=watched.origin, verifier=verifier)
    return watched


def add_checkpoint(body: bytes) -> str:
    """Cosign a checkpoint that continues the last one; returns our signature lines once the new state is stored.

    Not an act in our ledger: it would fill it with other cities' minutes. Raises Refused with the protocol's status:
    400 unreadable, 404 a ledger that is not watched, 403 signed by none of its keys, 400 an old size beyond the new
    one, 409 with the size that we know, 422 no continuation of it.
    """
    sent = read_submission(body)
    verifiers = WatchedLedger.objects.filter(origin=sent.origin).values_list("verifiers", flat=True).first()
    if not verifiers:
        raise Refused(404, "This witness does not know the ledger.")
    try:
        held = opened(sent.note, map(VerifierKey.read, verifiers))
        state = state_of(held)
    except BadNote as error:
        raise Refused(403, str(error)) from error
    if not sent.old <= state.size <= MOST_SIZE:
        raise Refused(400, "The old size is beyond that of the checkpoint.")
    with transaction.atomic():
        watched = locked(WatchedLedger.objects).get(origin=sent.origin)
        if not _forked(watched, state):
            return _cosign(watched, sent, state, held)
    # Two checkpoints of one size that both are signed: no clock and no slow mail explains that.
    notice("witness.forked", about=subject_of(watched), facts={"size": state.size})
    if sent.old != watched.size:
        raise Refused(409, "The old size is another.", size=watched.size)
    raise Refused(422, "Another root of this size was signed before.")


def subject_of(watched: WatchedLedger) -> Subject:
    """As the ledger names it."""
    return Subject.of("watched_ledger", watched.public_id)


def _forked(watched: WatchedLedger, state: SignedState) -> bool:
    return state.size == watched.size and state.root != bytes(watched.root)


def _cosign(watched: WatchedLedger, sent: Submission, state: SignedState, held: Opened) -> str:
    if sent.old != watched.size:
        raise Refused(409, "The old size is another.", size=watched.size)
    old_root = bytes(watched.root)
    if not verify_consistency(old=sent.old, new=state.size, old_root=old_root, new_root=state.root, proof=sent.proof):
        raise Refused(422, "The proof does not lead from the old root to the new one.")
    now = timezone.now().replace(microsecond=0)  # whole seconds, as the cosignature says it
    if watched.cosigned_at and now < watched.cosigned_at:
        raise Refused(503, "The clock of the witness went back.")
    lines = keys.cosignatures(held.text, at=int(now.timestamp()))
    watched.size, watched.root, watched.cosigned_at = state.size, state.root, now
    watched.note = held.note + lines
    watched.save(update_fields=["size", "root", "cosigned_at", "note"])
    return lines
