"""Reads each entry that the suite writes: who acted, as what, and whether the catalog of acts has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models.signals import post_save

from apps.ledger.models import Entry
from scripts.acts import is_known


@pytest.fixture(autouse=True)
def every_entry_says_who_acted_as_what(request: pytest.FixtureRequest) -> Iterator[None]:
    """Reads each entry that a test writes: staff name role and agency, others a role, and the catalog has the act.

    Tests of the ledger itself write acts of their own making.
    """
    written: list[Entry] = []

    def read(sender: type[Entry], instance: Entry, **_more: object) -> None:
        written.append(instance)

    post_save.connect(read, sender=Entry)
    yield
    post_save.disconnect(read, sender=Entry)
    if {"ledger", "bench", "run"}.isdisjoint(request.path.parts):
        wrong = [fault for entry in written for fault in _faults(entry)]
        assert not wrong, wrong


def _faults(entry: Entry) -> Iterator[str]:
    actor, subject = entry.actor, entry.subject
    own_account = subject.kind == "user" and subject.public_id == actor.public_id
    if actor.kind == "staff" and not own_account and not (actor.role and actor.agency):
        yield f"{entry.action}: staff without role or agency"
    if actor.kind == "user" and not actor.role:
        yield f"{entry.action}: a person without a role"
    if not is_known(entry.action):
        yield f"{entry.action}: not in docs/ledger-acts.md; write it with `ledger.record`"
