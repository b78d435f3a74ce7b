"""Fixity: every sealed original read again; pass, fail, could not check; counts and exit codes."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.evidence.models import EvidenceItem, FixityCheck
from apps.evidence.services import fixity, working
from apps.evidence.states import FixityOutcome
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from apps.ledger import triggers
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.evidence import received_item
from tests.factories.items import sealed_item

pytestmark = pytest.mark.django_db(transaction=True)


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_fixity", *args, stdout=out, stderr=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def blob(own_folders: Path, item: EvidenceItem) -> Path:
    return own_folders / "evidence" / original_key(item.digest)


def test_untouched_originals_pass() -> None:
    sealed_item(b"one"), sealed_item(b"two")
    received_item(b"not sealed yet")
    assert run() == (0, "checked 2: 2 pass, 0 fail, 0 could not check\n")
    assert FixityCheck.objects.filter(outcome=FixityOutcome.PASS).count() == 2
    entry = Entry.objects.get(action="fixity.run")
    assert entry.facts == {"passed": 2, "failed": 0, "could_not_check": 0, "sample": None}


@pytest.mark.parametrize("how", ["changed", "cut", "missing"])
def test_an_original_that_is_not_what_its_digest_says_fails(own_folders: Path, how: str) -> None:
    good, bad = sealed_item(b"one"), sealed_item(b"two")
    path = blob(own_folders, bad)
    path.chmod(0o640)
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"twO" if how == "changed" else b"tw")
    code, words = run()
    assert code == 1
    assert "checked 2: 1 pass, 1 fail, 0 could not check" in words
    assert str(bad.public_id) in words
    assert [e.action for e in ledger.entries_for(working.subject_of(bad))][-1] == "evidence_item.fixity_failed"
    assert [e.action for e in ledger.entries_for(working.subject_of(good))][-1] == "evidence_item.sealed"


def test_a_row_that_was_made_to_fit_another_file_fails_by_the_ledger() -> None:
    good, bad = sealed_item(b"one"), sealed_item(b"two")
    EvidenceItem.objects.filter(pk=bad.pk).update(digest=good.digest, size=good.size)
    code, words = run()
    assert code == 1
    assert f"item {bad.public_id} ({good.digest}): the ledger sealed it as {bad.digest}" in words
    assert "checked 2: 1 pass, 1 fail, 0 could not check" in words


def test_a_digest_that_is_none_fails_and_the_run_goes_on() -> None:
    bad, _good = sealed_item(b"one"), sealed_item(b"two")
    EvidenceItem.objects.filter(pk=bad.pk).update(digest="no digest")
    assert run()[1].endswith("checked 2: 1 pass, 1 fail, 0 could not check\n")


@pytest.mark.parametrize("leaf", [b"{", b"[]", b"{}", b'{"facts": 1}'])
def test_an_item_whose_seal_was_damaged_in_the_ledger_fails_and_the_run_goes_on(leaf: bytes) -> None:
    bad, _good = sealed_item(b"one"), sealed_item(b"two")
    with triggers.suspended():
        Entry.objects.filter(action="evidence_item.sealed", subject_id=bad.public_id).update(leaf=leaf)
    code, words = run()
    assert code == 1
    assert f"item {bad.public_id} ({bad.digest}): the ledger sealed it as something that cannot be read" in words
    assert words.endswith("checked 2: 1 pass, 1 fail, 0 could not check\n")


def test_a_store_that_is_away_is_no_failure(own_folders: Path) -> None:
    sealed_item(b"one")
    (own_folders / "evidence").rename(own_folders / "unplugged")
    code, words = run()
    assert code == 2
    assert "0 pass, 0 fail, 1 could not check" in words


def test_only_one_agency_or_only_a_sample() -> None:
    first = sealed_item(b"one")
    sealed_item(b"two"), sealed_item(b"three")
    assert run("--agency", first.agency.short_name.lower())[1].startswith("checked 1:")
    assert run("--sample", "2")[1].startswith("checked 2:")
    assert run("--sample", "50")[1].startswith("checked 3:")


@pytest.mark.parametrize("args", [("--agency", "nowhere"), ("--sample", "0")])
def test_wrong_arguments_have_an_exit_code_of_their_own(args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("check_fixity", *args)
    assert refused.value.returncode == 64


def test_no_connection_is_held_while_originals_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    read_back = type(store()).read_back

    def watched(self: object, key: str) -> str:
        held.append(connection.connection is not None)
        return read_back(self, key)  # type: ignore[arg-type]

    sealed_item(b"one")
    monkeypatch.setattr(type(store()), "read_back", watched)
    fixity.check_fixity(actor=Actor.system("test"))
    assert held == [False]
