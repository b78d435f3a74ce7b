"""A rewritten past: with one checkpoint outside, nobody who has the database can make the ledger forget."""

from __future__ import annotations

import io
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.agencies.tasks import witness_ledger
from apps.ledger import services, triggers, witness
from apps.ledger.merkle import Frontier
from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Tree
from apps.ledger.values import Actor, Subject
from apps.notifications.models import Message

pytestmark = pytest.mark.django_db


def act(count=10):
    for number in range(count):
        services.record("camera.registered", Subject("camera", f"c{number}"), Actor.system("x"), private={"n": number})
    services.sequence()


def verify(*arguments):
    out = io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.LEDGER_WITNESS_DIR = str(tmp_path / "checkpoints")
    return tmp_path / "checkpoints"


def cut_off(size):
    """The database as it was when it held so many entries: all that came later is gone, without a trace inside."""
    late = list(Place.objects.filter(index__gte=size).values_list("entry_id", flat=True))
    state = Frontier()
    state.extend(map(bytes, Place.objects.order_by("index").values_list("leaf_hash", flat=True)[:size]), keep_from=8)
    with triggers.suspended():
        for model in (Place, PrivatePart):
            model.objects.filter(entry_id__in=late)._raw_delete("default")
        Entry.objects.filter(pk__in=late)._raw_delete("default")
        Checkpoint.objects.filter(size__gt=size)._raw_delete("default")
        Tree.objects.update(size=size, frontier=bytes(state))


def test_the_newest_acts_cut_off_are_missed_by_the_folder_the_command_and_the_next_round(settings):
    settings.LEDGER_WITNESS_MAILS = ["witness@example.org"]
    act()
    act(191)
    witness_ledger()
    assert verify()[0] == 0
    cut_off(10)
    code, words = verify()
    assert code == 1
    assert "checkpoint 201: only 10 entries have a place" in words
    witness_ledger()
    letter = Message.objects.get(kind="ledger.contradicted")
    assert "The checkpoint of 201 entries was signed and kept" in letter.text


def test_a_database_that_was_put_back_and_went_on_does_not_erase_its_witness(folder):
    act()
    act()
    witness_ledger()
    cut_off(10)
    act(5)
    act(15)
    witness_ledger()
    assert len(list(folder.iterdir())) == 1
    code, words = verify()
    assert code == 1
    assert "checkpoint 20: the first 20 entries have another root" in words


def test_without_a_checkpoint_from_outside_it_says_so_loudly():
    act()
    code, words = verify()
    assert code == 0
    assert "WARNING       Nothing from outside was compared." in words
    assert words.splitlines()[-1] == "What is here is whole."


def test_a_private_part_blanked_behind_the_guards_needs_an_entry_that_says_so():
    act()
    victim = Entry.objects.first()
    PrivatePart.objects.filter(entry=victim).update(salt=None, data=None, erased_at=victim.recorded_at)
    code, words = verify()
    assert code == 1
    assert f"private part of entry {victim.pk}: it was blanked, and no entry says so" in words


@pytest.mark.parametrize("gone", [1, 2, 3, 4])
def test_any_checkpoint_that_is_deleted_is_missed(gone):
    for _ in range(4):
        act(2)
    with triggers.suspended():
        Checkpoint.objects.filter(number=gone)._raw_delete("default")
    assert verify()[0] == 1


def test_each_day_has_its_file_and_its_letter_once(settings, folder):
    settings.LEDGER_WITNESS_MAILS = ["witness@example.org", "clerk@example.org"]
    with time_machine.travel("2026-11-20T12:00:00Z"):
        act()
        witness_ledger()
        act()
        witness_ledger()
    with time_machine.travel("2026-11-21T12:00:00Z"):
        act()
        witness_ledger()
    assert [path.name for path in sorted(folder.iterdir())] == ["2026-11-20.checkpoint", "2026-11-21.checkpoint"]
    assert [note.splitlines()[1] for note in witness.kept()] == ["20", "30"]
    assert Message.objects.filter(kind="ledger.checkpoint").count() == 4
    assert witness.kept()[0].splitlines()[0] in Message.objects.first().text
    assert not mail.outbox


def test_nothing_signed_is_nothing_kept(folder):
    witness_ledger()
    assert not folder.exists()
    with pytest.raises(CommandError, match="Nothing is signed yet"):
        call_command("export_checkpoint")


def test_the_exported_checkpoint_is_taken_from_standard_input(monkeypatch):
    act()
    out = io.StringIO()
    call_command("export_checkpoint", stdout=out)
    assert out.getvalue() == Checkpoint.objects.get().note
    monkeypatch.setattr(sys, "stdin", io.StringIO(out.getvalue()))
    code, words = verify("--checkpoint", "-")
    assert (code, words.splitlines()[-1]) == (0, "The ledger is whole.")


def test_a_checkpoint_is_taken_from_an_address():
    act()
    note = Checkpoint.objects.get().note.encode()

    class Kept(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(note)

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Kept)
    threading.Thread(target=server.handle_request, daemon=True).start()
    code, words = verify("--checkpoint", f"http://127.0.0.1:{server.server_port}/checkpoint")
    server.server_close()
    assert (code, words.splitlines()[-1]) == (0, "The ledger is whole.")


def test_what_cannot_be_read_is_not_called_whole(tmp_path):
    act()
    assert verify("--checkpoint", str(tmp_path / "missing"))[0] == 2


def test_everybody_may_take_the_checkpoint(client):
    assert client.get(reverse("web:checkpoint")).status_code == 404
    assert "Nothing is signed yet" in client.get(reverse("web:ledger")).content.decode()
    act()
    answer = client.get(reverse("web:checkpoint"))
    assert answer.content.decode() == Checkpoint.objects.get().note
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert Checkpoint.objects.get().note.splitlines()[2] in client.get(reverse("web:ledger")).content.decode()
