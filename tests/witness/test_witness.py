"""This portal as a witness: what another ledger is held to. Other people's program plays the other ledger."""

from __future__ import annotations

import io

import pytest
from aics_tlog import Checkpoint as TheirCheckpoint
from aics_tlog import MerkleTree, sign_checkpoint, vkey_from_ed25519
from aics_tlog.note import format_vkey
from aics_witness import WitnessAhead, WitnessClient, WitnessRejected
from aics_witness.protocol import format_add_checkpoint_request
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.core.errors import InvalidInput
from apps.findings.models import Finding
from apps.ledger import checkpoints
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.witness import keys
from apps.witness.models import WatchedLedger
from apps.witness.protocol import origin_hash
from apps.witness.services import stop_watching, watch
from tests.plugins.server import shared_server, web

pytestmark = pytest.mark.django_db
__all__ = ["shared_server", "web"]

ORIGIN = "other.example.org/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = format_vkey(vkey_from_ed25519(ORIGIN, KEY.public_key()))
ACTOR = Actor.system("test")


class Log:
    """Another city's ledger, made of other people's code."""

    def __init__(self, salt=b""):
        self.tree, self.salt = MerkleTree(), salt

    def grown(self, size):
        for number in range(self.tree.size, size):
            self.tree.append(self.salt + str(number).encode())
        return self

    def note(self, size, key=KEY, origin=ORIGIN):
        checkpoint = TheirCheckpoint(origin=origin, size=size, root=self.tree.root(size), extension_lines=())
        return sign_checkpoint(checkpoint, key, origin).serialise().encode()

    def sent(self, old, size, **signed):
        proof = self.tree.consistency_proof(old, size) if 0 < old <= size else []
        return format_add_checkpoint_request(old, proof, self.note(size, **signed))


def post(client, body):
    return client.post(reverse("witness:add_checkpoint"), body, content_type="text/plain")


@pytest.fixture
def watched():
    return watch(verifier=VERIFIER, actor=ACTOR)


def test_other_peoples_program_gets_cosignatures_that_it_accepts_as_its_ledger_grows(web, settings):
    settings.LEDGER_ORIGIN = "127.0.0.1/ledger"  # the web server's, by its address
    watch(verifier=VERIFIER, actor=ACTOR)
    log = Log().grown(1000)
    with WitnessClient(f"{web.url}/witness", keys.verifiers()[0], max_attempts=1) as program:
        for size in (0, 1, 2, 3, 64, 65, 511, 512, 999, 999, 1000):
            line = program.submit(log.note(size), log.tree.consistency_proof)
            assert line.startswith("\u2014 127.0.0.1/ledger/witness ")
        with pytest.raises(WitnessAhead):
            program.submit(log.note(512), log.tree.consistency_proof)
        with pytest.raises(WitnessRejected) as refused:
            program.submit(Log(b"x").grown(1200).note(1200), Log(b"x").grown(1200).tree.consistency_proof)
    assert refused.value.status == 422
    row = WatchedLedger.objects.get()
    assert (row.size, bytes(row.root)) == (1000, log.tree.root(1000))


def test_refusals_come_in_the_order_of_the_protocol(client, watched):
    log = Log().grown(20)
    assert post(client, log.sent(0, 8)).status_code == 200
    stranger = Ed25519PrivateKey.generate()
    # Each body has the faults of all that follow: the first one is what is answered.
    assert post(client, b"old x\n\n").status_code == 400
    assert post(client, log.sent(9, 7, key=stranger, origin="nobody.example.org/ledger")).status_code == 404
    assert post(client, log.sent(9, 7, key=stranger)).status_code == 403
    assert post(client, log.sent(9, 7)).status_code == 400
    conflict = post(client, Log(b"x").grown(20).sent(5, 10))
    assert (conflict.status_code, conflict.content) == (409, b"8\n")
    assert conflict["Content-Type"] == "text/x.tlog.size"
    assert post(client, Log(b"x").grown(20).sent(8, 10)).status_code == 422
    assert not Finding.objects.exists()
    assert post(client, log.sent(8, 20)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"old 0\n",
        b"old -1\n\nx\n",
        b"old 01\n\nx\n",
        b"old 0\n" + b"AAAA\n" * 64 + b"\nx\n",
        b"old 0\nnot base64\n\nx\n",
        b"old 99999999999999999999999999\n\nx\n",
        "old ١\n\nx\n".encode(),
        b"old 0\n\n\x00\n1\n\n\xe2\x80\x94 x AAAA\n",
    ],
)
def test_what_is_no_submission_is_refused_in_words(client, watched, body):
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer.content.endswith(b".\n")


def test_a_body_that_no_ledger_sends_is_not_read_to_its_end(client, watched):
    assert post(client, b"old 0\n\n" + b"x" * 20_000).status_code == 413


def test_two_pasts_of_one_size_are_proof_and_a_finding_whatever_old_size_comes_with_them(client, watched):
    log, other = Log().grown(8), Log(b"x").grown(8)
    post(client, log.sent(0, 8))
    assert post(client, other.sent(8, 8)).status_code == 422
    assert post(client, other.sent(0, 8)).status_code == 409
    found = Finding.objects.get(kind="witness.forked")
    assert (found.times, found.facts) == (2, {"size": 8})
    assert bytes(WatchedLedger.objects.get().root) == log.tree.root(8)


def test_a_ledger_that_was_put_back_is_told_what_it_had(client, watched):
    log = Log().grown(20)
    post(client, log.sent(0, 20))
    assert post(client, log.sent(0, 10)).content == b"20\n"
    assert post(client, log.sent(10, 12)).content == b"20\n"


def test_everybody_reads_what_was_cosigned_without_lines_that_nobody_checked(client, watched):
    log = Log().grown(3)
    address = reverse("witness:checkpoint", args=[origin_hash(ORIGIN)])
    assert client.get(address).status_code == 404
    body = log.sent(0, 3) + "\u2014 spam.example.org aGVsbG8gd29ybGQ=\n".encode()
    line = post(client, body).content.decode()
    assert client.get(address).content.decode() == log.note(3).decode() + line


def test_watching_twice_is_one_entry_and_stopping_keeps_what_was_seen(client, watched):
    watch(verifier=VERIFIER, actor=ACTOR)
    log = Log().grown(9)
    post(client, log.sent(0, 5))
    stop_watching(verifier=VERIFIER, actor=ACTOR)
    assert post(client, log.sent(5, 9)).status_code == 404
    watch(verifier=VERIFIER, actor=ACTOR)
    assert post(client, log.sent(0, 9)).content == b"5\n"
    actions = Entry.objects.filter(subject_kind="watched_ledger").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["watched_ledger.watched", "watched_ledger.stopped", "watched_ledger.watched"]


def test_the_next_key_of_a_ledger_is_watched_beside_the_present_one(client, watched):
    following = Ed25519PrivateKey.generate()
    watch(verifier=format_vkey(vkey_from_ed25519(ORIGIN, following.public_key())), actor=ACTOR)
    log = Log().grown(9)
    assert post(client, log.sent(0, 4)).status_code == 200
    assert post(client, log.sent(4, 9, key=following)).status_code == 200
    stop_watching(verifier=VERIFIER, actor=ACTOR)
    assert post(client, log.sent(9, 9)).status_code == 403
    assert post(client, log.sent(9, 9, key=following)).status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "a+b+c", VERIFIER[:-4], VERIFIER.replace("other", "another")])
def test_what_is_no_verifier_key_is_refused_in_words(wrong):
    with pytest.raises(InvalidInput, match="not a verifier key"):
        watch(verifier=wrong, actor=ACTOR)
    assert not WatchedLedger.objects.exists()


def test_a_witness_is_not_its_own_and_watches_no_cosigning_key():
    with pytest.raises(InvalidInput, match="key of a witness"):
        watch(verifier=keys.verifiers()[0], actor=ACTOR)
    with pytest.raises(InvalidInput, match="its own witness"):
        watch(verifier=checkpoints.verifier_key(), actor=ACTOR)


def test_the_command_prints_the_line_for_the_other_portal_and_stops(settings):
    settings.SITE_URL = "https://portal.example.org"
    out = io.StringIO()
    call_command("watch_ledger", VERIFIER, stdout=out)
    assert f"LEDGER_WITNESSES={keys.verifiers()[0]} https://portal.example.org/witness\n" in out.getvalue()
    call_command("watch_ledger", VERIFIER, "--stop", stdout=out)
    assert "not watched" in out.getvalue()
    with pytest.raises(CommandError, match="no witness"):
        call_command("watch_ledger", VERIFIER, "--stop")
