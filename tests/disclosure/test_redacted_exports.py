"""A redacted copy leaves in place of its original: the package says which is which, and has no more of the item."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import InvalidInput
from apps.disclosure.export_states import ExportState, FileKind, SecondReason
from apps.disclosure.models import Export
from apps.disclosure.package.verify_package import verify
from apps.disclosure.services.export_building import build_export
from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState, ScanOutcome
from apps.evidence.storage import StoreUnavailable, derivative_key, store
from apps.ledger.checkpoints import verifier_key
from apps.ledger.models import Entry
from apps.retention.obstacles import obstacles_of
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.exports import asker, built, export_of, unpacked
from tests.factories.items import playable_item
from tests.factories.redaction import proven, submitted
from tests.factories.sharing import accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(own_folders: object) -> EvidenceItem:  # noqa: F811 - the fixture above
    return accepted(playable_item(clip("h264")))


def kinds(export: Export) -> dict[str, str]:
    return dict(export.files.exclude(item=None).values_list("path", "kind"))


@pytest.mark.parametrize(
    "asked",
    [
        {"originals": True, "working_copies": True},
        {"originals": True, "working_copies": False},
        {"originals": False, "working_copies": True},
        {"originals": False, "working_copies": False},
    ],
)
def test_of_a_redacted_item_only_the_copy_leaves_whatever_else_was_asked_for(item, asked):
    copy = proven(item)
    export = built(export_of(item, redacted=[copy.public_id], **asked))
    assert export.state == ExportState.READY
    assert (export.originals, export.working_copies, export.redacted) == (False, False, True)
    assert list(kinds(export).values()) == [FileKind.REDACTED]
    kept_here = {item.digest, *item.derivatives.in_use().values_list("digest", flat=True)}
    assert not kept_here & set(export.files.values_list("digest", flat=True))
    assert export.files.get(kind=FileKind.REDACTED).digest == copy.made.digest


def test_the_package_states_which_is_which_and_why(item, tmp_path: Path):
    copy = proven(item)
    export = built(export_of(item, redacted=[copy.public_id]))
    folder = unpacked(export, tmp_path)
    findings = verify(folder, verifier_key())
    assert (findings.wrong, findings.unchecked) == ([], [])
    name = next((folder / "data/redacted").iterdir())
    assert not (folder / "data/originals").exists()
    assert not (folder / "data/working-copies").exists()
    rows = list(csv.reader((folder / "data/redactions/0001.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == "Statute"
    assert [row[:4] for row in rows[1:]] == [["s. 119.071(2)(d), F.S.", "picture", "2", "22"]]
    assert "A face" not in (folder / "data/redactions/0001.csv").read_text("utf-8-sig")
    told = json.loads((folder / "data/sidecars/0001.json").read_text())
    assert (told["original"], told["working_copy"]) == (None, None)
    assert told["redacted_copy"]["path"] == f"data/redacted/{name.name}"
    assert told["redacted_copy"]["from_original"] == item.digest
    assert told["redacted_copy"]["statutes"] == ["s. 119.071(2)(d), F.S."]
    for sheet in ("custody", "certificate"):
        pages = pypdf.PdfReader(folder / f"data/custody/{sheet}.pdf").pages
        words = " ".join("".join(page.extract_text() for page in pages).split())
        assert copy.made.digest[:16] in words.replace(" ", "")
        assert "redacted copy" in words
    graph = json.loads((folder / "data/custody/case.jsonld").read_text())["@graph"]
    assert [one["uco-core:kindOfRelationship"] for one in graph if "uco-core:kindOfRelationship" in one] == [
        "Derived_From"
    ]
    assert "data/redacted" in (folder / "README.txt").read_text()


def test_a_changed_redacted_copy_is_found_out(item, tmp_path: Path):
    export = built(export_of(item, redacted=[proven(item).public_id]))
    folder = unpacked(export, tmp_path)
    film = next((folder / "data/redacted").iterdir())
    film.write_bytes(film.read_bytes()[:-1] + b"x")
    assert any("data/redacted" in one for one in verify(folder, verifier_key()).wrong)


def test_beside_whole_files_each_leaves_in_its_own_form(item):
    other = accepted(playable_item(clip("h264"), sent_through=item.submission.invitation))
    copy = proven(item)
    export = built(export_of(item, other, redacted=[copy.public_id], working_copies=True))
    found = sorted(kinds(export).values())
    assert found == sorted([FileKind.REDACTED, FileKind.ORIGINAL, FileKind.WORKING_COPY])
    assert set(export.files.filter(item=item).values_list("kind", flat=True)) == {FileKind.REDACTED}


def test_the_ledger_says_that_a_redacted_copy_left(item):
    copy = proven(item)
    export = built(export_of(item, redacted=[copy.public_id]))
    asked = Entry.objects.get(action="export.requested", subject_id=str(export.public_id))
    assert asked.facts["redacted"] == {str(item.public_id): str(copy.public_id)}
    packaged = Entry.objects.get(action="evidence_item.packaged")
    assert (packaged.facts["original"], packaged.facts["working_copy"]) == (False, False)
    assert packaged.facts["redacted"] == copy.made.digest


@pytest.mark.parametrize("which", ["unknown", "waiting", "of another item", "two of one", "not chosen item"])
def test_only_a_proven_copy_of_a_chosen_item_is_taken(item, which):
    user, other = asker(item), accepted(playable_item(clip("h264"), sent_through=item.submission.invitation))
    wanted = {
        "unknown": lambda: [uuid4()],
        "waiting": lambda: [submitted(item).public_id],
        "of another item": lambda: [proven(other).public_id],
        "two of one": lambda: [proven(item).public_id, proven(item).public_id],
        "not chosen item": lambda: [proven(item).public_id, proven(other).public_id],
    }[which]()
    with pytest.raises(InvalidInput) as refused:
        export_of(item, user=user, redacted=wanted)
    assert list(refused.value.fields) == ["redacted"]
    assert not Export.objects.exists()


def test_whole_files_beside_it_still_need_a_form(item):
    other, copy = accepted(playable_item(clip("h264"), sent_through=item.submission.invitation)), proven(item)
    with pytest.raises(InvalidInput) as refused:
        export_of(item, other, originals=False, redacted=[copy.public_id])
    assert list(refused.value.fields) == ["originals"]


def test_with_and_without_redaction_are_two_exports(item):
    user, copy = asker(item), proven(item)
    whole, redacted = export_of(item, user=user), export_of(item, user=user, redacted=[copy.public_id])
    assert whole.pk != redacted.pk
    assert export_of(item, user=user, redacted=[copy.public_id]).pk == redacted.pk


def test_a_second_person_is_asked_by_what_leaves(item):
    copy = proven(item)
    EvidenceItem.objects.update(scan=ScanOutcome.FOUND)
    assert SecondReason.MALWARE in export_of(item).second_reasons
    assert SecondReason.MALWARE not in export_of(item, redacted=[copy.public_id]).second_reasons


def test_of_what_was_put_into_quarantine_since_nothing_leaves(item):
    copy = proven(item)
    EvidenceItem.objects.update(state=ItemState.QUARANTINED)
    with pytest.raises(InvalidInput):
        export_of(item, redacted=[copy.public_id])


def test_a_store_that_is_away_postpones_the_log_of_removals(item, monkeypatch: pytest.MonkeyPatch):
    export = export_of(item, redacted=[proven(item).public_id])
    Export.objects.update(state=ExportState.BUILDING)

    def away(*_args: object, **_named: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(store()), "open_range", away)
        build_export(export_pk=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem, export.attempts) == (ExportState.BUILDING, "store_away", 0)
    Export.objects.update(leased_until=None)
    assert built(export).state == ExportState.READY


def test_the_original_is_kept_as_with_any_package(item):
    before, state = obstacles_of([item])[item.pk], (item.state, item.triage)
    copy = proven(item)
    assert obstacles_of([item])[item.pk] == before
    built(export_of(item, redacted=[copy.public_id]))
    item.refresh_from_db()
    assert obstacles_of([item])[item.pk] == ["handed_over", *before]
    assert (item.state, item.triage) == state
    assert store().exists(derivative_key(copy.made.digest))


def test_the_database_holds_that_an_export_has_something(item):
    export = export_of(item, redacted=[proven(item).public_id])
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(redacted=False)
