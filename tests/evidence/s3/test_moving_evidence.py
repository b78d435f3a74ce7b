"""Evidence moves between stores while the portal works, and each object is read back where it arrives."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.agencies.models import Role
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import fixity, holds, sealing, triage
from apps.evidence.services.moving import MoveRun, move_evidence
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import EvidenceStore, derivative_key, original_key, store, store_at
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.evidence import received_item
from tests.factories.people import staff
from tests.faults.dying import die_at
from tests.plugins.ceph import Bucket, known_to_be_safe

pytestmark = [pytest.mark.s3, pytest.mark.django_db(transaction=True)]

ACTOR = Actor.system("move_evidence")


def sealed_item(content: bytes) -> EvidenceItem:
    item = received_item(content)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    return item


def with_poster(item: EvidenceItem, tmp_path: Path) -> Derivative:
    path = tmp_path / "poster"
    path.write_bytes(b"a poster of " + item.digest.encode())
    made = store().put_derivative(path)
    return Derivative.objects.create(
        item=item, kind=DerivativeKind.POSTER, digest=made.digest, size=made.size, content_type="image/jpeg"
    )


@pytest.fixture
def bucket_url(bucket: Bucket, settings: LazySettings, own_folders: Path) -> str:
    """The bucket to move to; evidence lies in a folder still."""
    settings.EVIDENCE_URL = f"file://{own_folders / 'evidence'}"
    return bucket.url


@pytest.fixture
def folder(bucket_url: str, settings: LazySettings) -> EvidenceStore:
    return store_at(settings.EVIDENCE_URL)


@pytest.fixture
def target(bucket_url: str) -> EvidenceStore:
    return known_to_be_safe(store_at(bucket_url))


def test_all_that_the_database_knows_arrives_and_is_found_after_the_change(
    folder: EvidenceStore, target: EvidenceStore, bucket_url: str, settings: LazySettings, tmp_path: Path
) -> None:
    items = [sealed_item(f"frames {n} ".encode() * 100) for n in range(3)]
    poster = with_poster(items[0], tmp_path)
    assert move_evidence(source=folder, target=target, actor=ACTOR) == MoveRun(4, 0, 0)
    assert move_evidence(source=folder, target=target, actor=ACTOR, verify=True) == MoveRun(0, 4, 0)
    settings.EVIDENCE_URL = bucket_url
    assert fixity.check_fixity(actor=ACTOR).passed == 3
    assert store().read_back(derivative_key(poster.digest)) == poster.digest
    assert all(folder.exists(original_key(item.digest)) for item in items)
    entry = Entry.objects.filter(action="evidence.copied_to_store").order_by("pk")[0]
    assert (entry.facts["copied"], entry.facts["source"], entry.facts["target"]) == (4, folder.name, target.name)


def test_what_was_decided_is_locked_so_in_the_new_store(folder: EvidenceStore, target: EvidenceStore) -> None:
    accepted, fresh = sealed_item(b"accepted"), sealed_item(b"fresh")
    triage.accept_item(item=accepted, user=staff(Role.DETECTIVE, accepted.agency))
    move_evidence(source=folder, target=target, actor=ACTOR)
    long, short = (target.locked_until(original_key(item.digest)) for item in (accepted, fresh))
    assert long is not None
    assert short is not None
    assert (long - short).days in (149, 150)


def test_what_is_sealed_meanwhile_is_copied_too(
    folder: EvidenceStore, target: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_item(b"first")
    put = type(target).adopt
    later: list[EvidenceItem] = []

    def put_and_seal(self: EvidenceStore, path: Path, digest: str) -> object:
        if not later:
            later.append(sealed_item(b"sealed while the first was on its way"))
        return put(self, path, digest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(target), "adopt", put_and_seal)
    assert move_evidence(source=folder, target=target, actor=ACTOR) == MoveRun(2, 0, 0)
    assert target.exists(original_key(later[0].digest))


def test_a_run_that_was_killed_is_repeated_and_goes_on(folder: EvidenceStore, target: EvidenceStore) -> None:
    digests = [sealed_item(f"frames {n} ".encode() * 100).digest for n in range(2)]
    for number in range(3, 60, 12):
        die_at(number, lambda: move_evidence(source=folder, target=target, actor=ACTOR))
    move_evidence(source=folder, target=target, actor=ACTOR)
    for digest in digests:
        assert target.read_back(original_key(digest)) == digest
        assert target.stat(original_key(digest)).locked


def test_an_object_that_is_not_whole_is_named_and_holds_up_no_other(
    folder: EvidenceStore, target: EvidenceStore, bucket_url: str, own_folders: Path
) -> None:
    bad, good = sealed_item(b"bad"), sealed_item(b"good")
    blob = own_folders / "evidence" / original_key(bad.digest)
    blob.chmod(0o640)
    blob.write_bytes(b"changed")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("move_evidence", "--to", bucket_url, stdout=out, stderr=err)
    assert ended.value.code == 1
    assert bad.digest in err.getvalue()
    assert out.getvalue() == "copied 1, there already 0, failed 1\n"
    assert target.exists(original_key(good.digest))
    assert not target.exists(original_key(bad.digest))


def test_the_way_back_into_a_folder(
    folder: EvidenceStore, bucket_url: str, settings: LazySettings, tmp_path: Path
) -> None:
    settings.EVIDENCE_URL = bucket_url
    item = sealed_item(b"frames")
    holds.place_hold(
        item=item, user=staff(Role.RECORDS_CUSTODIAN, item.agency), authority="Court order 1", reason="An appeal."
    )
    assert move_evidence(source=store(), target=folder, actor=ACTOR) == MoveRun(1, 0, 0)
    assert folder.read_back(original_key(item.digest)) == hashlib.sha256(b"frames").hexdigest()


def test_the_command_refuses_to_move_to_where_it_lies_and_says_when_a_store_is_away(
    folder: EvidenceStore, settings: LazySettings
) -> None:
    sealed_item(b"frames")
    for url, code in ((settings.EVIDENCE_URL, 64), ("s3://elsewhere/x?endpoint=http://127.0.0.1:9", 2)):
        with pytest.raises(CommandError) as refused:
            call_command("move_evidence", "--to", url)
        assert refused.value.returncode == code
