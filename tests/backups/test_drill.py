"""The drill: a city is backed up, lost and put back; and what an adversary puts back is named."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.agreements.services.files import keep_file
from apps.backups import erasures, folders
from apps.backups import manifest as manifests
from apps.evidence.models import EvidenceItem
from apps.evidence.services.removal import remove_objects, start_removal
from apps.evidence.services.working import subject_of
from apps.evidence.storage import original_key, store
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.privacy.closing import close_account, erase_due
from tests.backups.conftest import Run
from tests.factories import canaries
from tests.factories.actors import actor_for
from tests.factories.canaries import known_person, tables_with
from tests.factories.items import sealed_item
from tests.uploads.live import database_url
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a drill of its own"),
]
Keep = Callable[[], Path]


def backup_of(run: Run) -> Path:
    code, said = run("back_up")
    assert code == 0, said
    return folders.whole()[-1]


def lose_everything(own_folders: Path) -> None:
    """The disk of database and stores is gone; the backups and what was kept outside are elsewhere."""
    connections.close_all()
    here = Path(connection.settings_dict["NAME"])
    for ending in ("", "-wal", "-shm"):
        here.with_name(here.name + ending).unlink(missing_ok=True)
    for name in ("evidence", "files", "staging"):
        shutil.rmtree(own_folders / name, ignore_errors=True)
    (own_folders / "evidence").mkdir()


def broken(said: str) -> list[str]:
    return re.findall(r"^BROKEN +(.*)$", said, re.M)


def test_what_was_lost_comes_back_and_proves_itself(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    items = [sealed_item(b"one"), sealed_item(b"two")]
    signed = keep_file(b"%PDF an agreement")
    outside = kept_outside()
    backup = backup_of(run)
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert (code, broken(said)) == (0, []), said
    assert "2 originals" in said
    assert EvidenceItem.objects.count() == 2
    assert [store().read_back(original_key(item.digest)) for item in items] == [item.digest for item in items]
    assert (own_folders / "files" / "agreements" / f"{signed}.pdf").read_bytes() == b"%PDF an agreement"
    entry = Entry.objects.get(action="backup.restored")
    assert (entry.facts["broken"], entry.facts["copied"]) == (0, 3)
    # The entry of the backup itself came after it.
    assert not Entry.objects.filter(action="backup.made").exists()


def test_without_a_checkpoint_from_outside_nothing_is_proved(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    sealed_item(b"one")
    kept_outside()
    backup = backup_of(run)
    lose_everything(own_folders)
    code, said = run("restore_backup", backup)
    assert code == 2
    assert "No checkpoint from outside was given." in said


def test_a_database_that_is_there_is_not_replaced_unless_told(run: Run, kept_outside: Keep) -> None:
    sealed_item(b"one")
    outside = kept_outside()
    backup = backup_of(run)
    item = sealed_item(b"two")
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 64
    assert "There is a database already." in said
    assert EvidenceItem.objects.filter(pk=item.pk).exists()
    assert run("restore_backup", backup, "--checkpoint", outside, "--replace")[0] == 0
    assert not EvidenceItem.objects.filter(pk=item.pk).exists()
    here = Path(connection.settings_dict["NAME"])
    (aside,) = (path for path in here.parent.glob(f"{here.name}.before-*") if path.suffix.endswith("Z"))
    with closing(sqlite3.connect(aside)) as former:
        assert former.execute("SELECT count(*) FROM evidence_evidenceitem").fetchone() == (2,)
    for left in here.parent.glob(f"{here.name}.before-*"):
        left.unlink()


def test_an_older_backup_over_a_newer_store_is_named(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    sealed_item(b"one")
    kept_outside()
    backup = backup_of(run)
    sealed_item(b"two")
    outside = kept_outside()
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1
    assert "This database is older than a checkpoint that was kept outside" in broken(said)[0]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("row", "“portal.sqlite3” of the backup is not what was written"),
        ("row and manifest", "The manifest was changed"),
        ("cut", r"“portal.sqlite3” of the backup has \d+ bytes, and \d+ were written. It was cut off."),
        ("cut manifest", "The manifest of the backup cannot be read"),
        ("no manifest", "it has no manifest"),
    ],
)
def test_a_backup_that_was_changed_is_not_put_back(
    own_folders: Path, run: Run, kept_outside: Keep, how: str, words: str
) -> None:
    sealed_item(b"one")
    outside = kept_outside()
    backup = backup_of(run)
    manifest, database = backup / "manifest.json", backup / "portal.sqlite3"
    if how.startswith("row"):
        with closing(sqlite3.connect(database)) as edited, edited:
            edited.execute("UPDATE evidence_evidenceitem SET filename = 'another.mp4'")
    if how == "row and manifest":
        said = json.loads(manifest.read_text())
        said["files"][database.name] = manifests.digest_of(database)
        manifest.write_text(json.dumps(said))
    if how == "cut":
        with database.open("r+b") as handle:
            handle.truncate(database.stat().st_size // 2)
    if how == "cut manifest":
        manifest.write_text(manifest.read_text()[:200])
    if how == "no manifest":
        manifest.unlink()
    item = sealed_item(b"two")
    code, message = run("restore_backup", backup, "--checkpoint", outside, "--replace")
    assert code == 64
    assert re.search(words, message), message
    assert EvidenceItem.objects.filter(pk=item.pk).exists(), "nothing was put aside"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            "UPDATE evidence_evidenceitem SET digest = '{other}' WHERE digest = '{digest}'",
            "the ledger sealed it as",
        ),
        (
            "UPDATE evidence_evidenceitem SET state = 'received' WHERE digest = '{digest}'",
            "the ledger says it was sealed",
        ),
        ("UPDATE evidence_evidenceitem SET digest = 'none' WHERE digest = '{digest}'", "the ledger sealed it as"),
        ("DELETE FROM evidence_evidenceitem WHERE digest = '{digest}'", "and is not in the database"),
        (
            "UPDATE ledger_entry SET leaf = replace(leaf, '{digest}', '{other}') WHERE leaf LIKE '%{digest}%'",
            "Ledger: ",
        ),
        ('DELETE FROM ledger_place WHERE "index" = (SELECT max("index") FROM ledger_place)', "Ledger: "),
    ],
    ids=["digest", "state", "no digest", "item", "entry", "end"],
)
def test_a_row_that_was_edited_before_the_backup_is_named(
    own_folders: Path, run: Run, kept_outside: Keep, edit: str, words: str
) -> None:
    bad, good = sealed_item(b"one"), sealed_item(b"two")
    outside = kept_outside()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as edited, edited:
        for (name,) in edited.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            edited.execute(f'DROP TRIGGER "{name}"')
        edited.execute(edit.format(digest=bad.digest, other=good.digest))
    run("back_up")
    backup = folders.whole()[-1]
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1
    assert any(words in sentence for sentence in broken(said)), said


@pytest.mark.parametrize("how", ["missing", "changed"])
def test_an_original_that_is_not_whole_in_the_backup_is_named(
    own_folders: Path, run: Run, kept_outside: Keep, how: str
) -> None:
    bad, _good = sealed_item(b"one"), sealed_item(b"two")
    outside = kept_outside()
    backup = backup_of(run)
    copy = own_folders / "backups" / "evidence" / original_key(bad.digest)
    assert copy.stat().st_nlink == 1, "a copy shares no byte with its source"
    copy.chmod(0o640)
    if how == "missing":
        copy.unlink()
    else:
        copy.write_bytes(b"0ne")
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1
    assert broken(said) == [f"The original of item {bad.public_id} is missing, in the store and in the backup."]


def test_a_changed_original_in_the_store_is_named(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    bad = sealed_item(b"one")
    outside = kept_outside()
    backup = backup_of(run)
    path = own_folders / "evidence" / original_key(bad.digest)
    path.chmod(0o640)
    path.write_bytes(b"0ne")
    code, said = run("restore_backup", backup, "--checkpoint", outside, "--replace")
    assert code == 1
    assert f"The original of item {bad.public_id} is not what was sealed" in broken(said)[0]


def test_who_was_erased_after_the_backup_is_erased_again(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    known = known_person()
    kept_outside()
    backup = backup_of(run)
    close_account(user=known.user, actor=actor_for(known.user))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert erase_due() == 1
    left = tables_with(*canaries.PERSONAL, *canaries.PLACES)
    assert run("back_up", "--files")[0] == 0
    outside = kept_outside()
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1, "it is older than the checkpoint"
    assert tables_with(*canaries.PERSONAL, *canaries.PLACES) == left
    assert "erased again 1" in said
    assert User.objects.get(pk=known.user.pk).erased_at is not None
    again, said = run("restore_backup", "--placed", "--checkpoint", outside)
    assert again == 1
    assert "erased again 0" in said


def test_the_list_of_erasures_says_nothing_about_anybody_and_cannot_be_changed(
    own_folders: Path, run: Run, kept_outside: Keep
) -> None:
    known = known_person()
    close_account(user=known.user, actor=actor_for(known.user))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        erase_due()
    assert run("back_up", "--files")[0] == 0
    text = erasures.path().read_text()
    assert not any(word in text for word in (*canaries.PERSONAL, *canaries.PLACES))
    assert {one.act for one in erasures.read()} == {"account.erased", "partner.erased"}
    backup, outside = backup_of(run), kept_outside()
    first, rest = text.split("\n", 1)
    erasures.path().write_text(rest)
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1
    assert any("The list of erasures was changed at line 1" in sentence for sentence in broken(said)), said


def test_a_run_that_was_killed_leaves_no_half_backup_and_the_next_one_is_whole(
    own_folders: Path, run: Run, settings: LazySettings, kept_outside: Keep
) -> None:
    items = [sealed_item(bytes([number]) * 1_000_000) for number in range(6)]
    kept_outside()
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "EVIDENCE_URL": settings.EVIDENCE_URL,
        "BACKUP_DIR": str(settings.BACKUP_DIR),
    }
    connections.close_all()
    dying = subprocess.Popen([sys.executable, "manage.py", "back_up"], cwd=settings.BASE_DIR, env=env)
    copies = own_folders / "backups" / "evidence"
    wait_until(lambda: dying.poll() is not None or any(copies.glob("*/*/*/*")))
    dying.kill()
    dying.wait()
    code, said = run("back_up")
    assert code == 0, said
    assert [path.name for path in folders.databases().iterdir() if path.name.startswith(".")] == []
    for backup in folders.whole():
        manifests.read(backup)
    for item in items:
        assert hashlib.sha256((copies / original_key(item.digest)).read_bytes()).hexdigest() == item.digest


def test_old_backups_go_and_so_do_copies_of_what_was_disposed_of(
    own_folders: Path, run: Run, settings: LazySettings, kept_outside: Keep
) -> None:
    settings.BACKUPS_KEPT = 2
    gone, stays = sealed_item(b"one"), sealed_item(b"two")
    copies = own_folders / "backups" / "evidence"
    began = timezone.now()
    for day in range(4):
        if day == 1:
            with time_machine.travel(began + timedelta(hours=12), tick=False):
                with transaction.atomic():
                    removal = start_removal(EvidenceItem.objects.get(pk=gone.pk))
                assert remove_objects(pk=removal.pk)
        with time_machine.travel(began + timedelta(days=day), tick=False):
            backup_of(run)
            assert len(folders.whole()) == min(day + 1, 2)
            # The backup of the first day knows the item still: it goes with that backup.
            assert (copies / original_key(gone.digest)).exists() == (day < 2)
    assert (copies / original_key(stays.digest)).exists()


def test_what_two_people_disposed_of_is_not_brought_back(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    gone = sealed_item(b"one")
    kept_outside()
    backup = backup_of(run)
    with transaction.atomic():
        removal = start_removal(EvidenceItem.objects.get(pk=gone.pk))
        ledger.record("evidence_item.disposed", subject_of(gone), Actor.system("worker"))
    assert remove_objects(pk=removal.pk)
    assert run("back_up", "--files")[0] == 0
    outside = kept_outside()
    lose_everything(own_folders)
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert code == 1
    assert f"item {gone.public_id} was disposed of since" in said
    assert not store().exists(original_key(gone.digest))
    assert not any("is missing" in sentence for sentence in broken(said))


def test_keys_are_not_in_a_backup(own_folders: Path, run: Run, settings: LazySettings, kept_outside: Keep) -> None:
    known_person()
    kept_outside()
    backup_of(run)
    keys = [settings.SECRET_KEY, settings.DIGEST_KEY, settings.LEDGER_KEY, *settings.FIELD_KEYS]
    for path in (own_folders / "backups").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(key.encode() in content for key in keys), path


def test_what_is_missing_is_said_where_it_was_looked_for(own_folders: Path, run: Run, kept_outside: Keep) -> None:
    item = sealed_item(b"one")
    outside = kept_outside()
    path = own_folders / "evidence" / original_key(item.digest)
    path.parent.chmod(0o750)
    path.unlink()
    code, said = run("prove_evidence", "--checkpoint", outside)
    assert code == 1
    assert broken(said) == [f"The original of item {item.public_id} is missing in the store."]
