"""Our ledger at witnesses: with one of them, nobody who has our whole machine can make the ledger forget."""

from __future__ import annotations

import io
import socket
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from aics_witness import LogConfig, Witness, WitnessStore, make_server
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.agencies.tasks import witness_ledger
from apps.findings.models import Finding
from apps.ledger import checkpoints
from apps.ledger.selectors import latest_checkpoint
from apps.ledger.signed_notes import COSIGNATURE, VerifierKey, cosign
from apps.witness.asking import NoAnswer
from apps.witness.checks import witnesses_can_be_read
from apps.witness.models import Witnessed
from apps.witness.witnesses import Contradicted, ask, read_witness
from tests.attacks.test_a_rewritten_past import act, cut_off, folder, verify

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


@pytest.fixture
def stranger(settings, tmp_path):
    """A witness of other people's making, that watches our ledger."""
    store = WitnessStore(tmp_path / "witness.db", create=True)
    ours = LogConfig.from_strings(settings.LEDGER_ORIGIN, [checkpoints.verifier_key()], extension_lines=True)
    witness = Witness("witness.example.org/w1", Ed25519PrivateKey.generate(), store, [ours])
    server = make_server(witness, prefix="/w1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LEDGER_WITNESSES = [f"{witness.vkey_text} {server.url.rstrip('/')}"]
    yield read_witness(settings.LEDGER_WITNESSES[0])
    server.shutdown()
    server.server_close()
    store.close()


def asked():
    """Exit code and output of the command."""
    out = io.StringIO()
    try:
        call_command("ask_witnesses", stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_a_strangers_witness_cosigns_as_the_ledger_grows_and_verifying_asks_it(stranger, folder):
    for count in (1, 3, 300, 5):
        act(count)
        assert asked()[0] == 0
    act(2)
    witness_ledger()
    kept = Witnessed.objects.get()
    assert (kept.size, kept.witness) == (311, "witness.example.org/w1")
    for path in folder.iterdir():
        path.unlink()
    code, words = verify()
    assert (code, words.splitlines()[-1]) == (0, "The ledger is whole.")
    assert "and 1 kept outside the database" in words


def test_a_database_that_was_put_back_is_found_even_when_all_else_on_the_machine_was_too(stranger, folder):
    act(10)
    witness_ledger()
    act(20)
    witness_ledger()
    cut_off(10)
    Witnessed.objects.update(size=10)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(Contradicted, match="it cosigned 30 entries, and the ledger has 10"):
        ask(stranger)
    witness_ledger()
    assert Finding.objects.get().kind == "ledger.contradicted"
    code, words = verify()
    assert code == 1
    assert "checkpoint 30: only 10 entries have a place" in words
    code, words = asked()
    assert code == 1
    assert words.startswith("CONTRADICTED")


@pytest.mark.parametrize("again", [20, 35])
def test_another_past_is_found_at_the_same_size_and_beyond_it(stranger, folder, again):
    act(10)
    act(20)
    ask(stranger)
    cut_off(10)
    act(again)
    Witnessed.objects.all().delete()
    for path in folder.iterdir() if folder.exists() else ():
        path.unlink()
    with pytest.raises(Contradicted, match="another past"):
        ask(stranger)
    assert verify()[0] == 1


def test_a_witness_that_forgot_what_we_know_is_asked_from_where_it_is(stranger):
    act(10)
    ask(stranger)
    Witnessed.objects.update(size=3)
    act(1)
    assert ask(stranger).size == 11


def test_a_witness_that_is_away_stops_nothing_and_is_noticed_after_a_day(settings, stranger, folder):
    act()
    witness_ledger()
    settings.LEDGER_WITNESSES = [settings.LEDGER_WITNESSES[0].partition(" ")[0] + " http://127.0.0.1:9/w1"]
    witness_ledger()
    code, words = asked()
    assert code == 2
    assert "NO ANSWER     witness.example.org/w1: it cannot be reached" in words
    assert not Finding.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        witness_ledger()
    assert Finding.objects.get().kind == "witness.silent"
    code, words = verify()
    assert code == 0
    assert "warning       the witness witness.example.org/w1 was not compared" in words


def test_a_cosignature_by_another_key_is_none(settings, stranger):
    act()
    other = read_witness(settings.LEDGER_WITNESSES[0])
    impostor = type(other)(type(other.key)(other.key.name, 4, bytes(31) + b"\x02"), other.url)
    with pytest.raises(NoAnswer, match="no cosignature of this name and key"):
        ask(impostor)
    assert not Witnessed.objects.exists()


def test_nothing_signed_is_nothing_to_cosign(stranger):
    assert ask(stranger) is None
    assert asked() == (0, "")


def test_without_witnesses_the_command_says_how_to_get_one():
    with pytest.raises(CommandError, match="LEDGER_WITNESSES is not set"):
        call_command("ask_witnesses")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "not the verifier key"),
        ("x https://w.example.org", "not the verifier key"),
        ("{ours} https://w.example.org", "signs a ledger"),
        ("{theirs}", "an https address"),
        ("{theirs} http://w.example.org", "an https address"),
        ("{theirs} ftp://w.example.org", "an https address"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_at_the_start(settings, stranger, written, sentence):
    settings.LEDGER_WITNESSES = [written.format(ours=checkpoints.verifier_key(), theirs=stranger.key)]
    (found,) = witnesses_can_be_read()
    assert sentence in found.msg


class Treacherous:
    """A witness that holds the right key and answers as it likes: `answer` is given the cosigned text."""

    def __init__(self, answer):
        self.key, self.answer = Ed25519PrivateKey.generate(), answer
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        verifier = VerifierKey.of("bad.example.org/w", COSIGNATURE, self.key)
        self.setting = f"{verifier} http://127.0.0.1:{self.listening.getsockname()[1]}"

    def cosignature(self, *, at):
        return cosign(latest_checkpoint().note.rpartition("\n\n")[0] + "\n", "bad.example.org/w", self.key, at=at)

    def _serve(self):
        while True:
            try:
                connected, _ = self.listening.accept()
            except OSError:
                return
            with connected, suppress(OSError):
                connected.recv(65_536)
                for piece in self.sent:
                    connected.sendall(piece)

    def asked_before(self, other, settings):
        """What the task keeps of another witness when this one is asked first."""
        self.sent = self.answer(self)
        settings.LEDGER_WITNESSES = [self.setting, f"{other.key} {other.url}"]
        witness_ledger()
        self.listening.close()
        return [kept.witness for kept in Witnessed.objects.order_by("verifier")]


def plain(body, status="200 OK", length=None):
    """An answer as bytes."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return [head.encode() + body]


def dripping(head):
    yield head
    while True:
        threading.Event().wait(0.05)
        yield b"x: y\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        lambda bad: plain(bad.cosignature(at=2**64 - 1).encode()),
        lambda bad: plain(bad.cosignature(at=253_402_300_799).encode()),
        lambda bad: plain(b"\x00\x00\n"),
        lambda bad: plain(b"\xff\xfe" * 9_000),
        lambda bad: [b"HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        lambda bad: [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        lambda bad: [b"\x00" * 70_000],
    ],
    ids=["time-beyond-time", "year-9999", "nul", "no-text", "bad-chunk-refused", "bad-chunk", "no-http"],
)
def test_whatever_a_witness_answers_the_next_one_is_asked(settings, stranger, folder, answer):
    act(3)
    assert Treacherous(answer).asked_before(stranger, settings) == ["witness.example.org/w1"]
    assert folder.exists()


def test_lines_that_nobody_checked_are_not_kept_with_a_cosignature(settings, stranger, folder):
    act(3)
    spam = "\u2014 spam.example.org aGVsbG8gd29ybGQ=\n\x00\n"
    bad = Treacherous(lambda bad: plain((bad.cosignature(at=int(timezone.now().timestamp())) + spam).encode()))
    assert bad.asked_before(stranger, settings) == ["bad.example.org/w", "witness.example.org/w1"]
    assert "spam" not in Witnessed.objects.get(verifier__startswith="bad").note


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 409 Conflict\r\nContent-Length: 9999999\r\n\r\n"])
def test_a_witness_that_drips_is_left_when_its_time_is_over(settings, stranger, head):
    act()
    bad = Treacherous(None)
    bad.sent = dripping(head)
    with pytest.raises(NoAnswer):
        ask(read_witness(bad.setting), seconds=1)
    bad.listening.close()
