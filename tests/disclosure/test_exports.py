"""Asking for an export, deciding about it, building, taking and ending it: each verb, its guard, its entry."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import bagit
import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.models import AccessEvent
from apps.agencies.models import Role
from apps.cameras.models import CameraCheck, CameraPlace
from apps.cameras.places import place_fields
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.disclosure import export_policies as policies
from apps.disclosure.export_selectors import get_export_for, purpose_for
from apps.disclosure.export_states import ExportState, Problem, SecondReason
from apps.disclosure.models import Export
from apps.disclosure.package.verify_package import verify
from apps.disclosure.services.export_asking import ITEMS_MOST, request_export
from apps.disclosure.services.export_building import build_export
from apps.disclosure.services.export_deciding import (
    approve_export,
    cancel_export,
    end_exports_with_places_of,
    expire_exports,
    refuse_export,
    retry_export,
)
from apps.disclosure.services.export_taking import open_package
from apps.disclosure.services.export_trying import WORKER
from apps.evidence.models import EvidenceItem, SenderNote, WitnessStatement
from apps.evidence.services.witness_statements import sign_statement
from apps.evidence.states import ItemState
from apps.evidence.witness_questions import BY_KEY
from apps.findings.models import Finding
from apps.geo import Sector
from apps.ledger.checkpoints import verifier_key
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.models import Partner, PartnerKind
from apps.retention.obstacles import obstacles_of
from tests.factories.exports import FOR, asker, built, bytes_of, export_of, plain_item, unpacked
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> EvidenceItem:
    return plain_item()


def acts_on(export: Export) -> list[str]:
    entries = Entry.objects.filter(subject_kind="export", subject_id=str(export.public_id))
    return list(entries.order_by("pk").values_list("action", flat=True))


# Asking


def test_nothing_special_is_built_at_once(item):
    export = export_of(item)
    assert (export.state, export.second_reasons) == (ExportState.BUILDING, [])
    assert acts_on(export) == ["export.requested"]
    entry = Entry.objects.get(action="export.requested")
    assert entry.facts["items"] == [str(item.public_id)]
    assert entry.private == FOR
    assert "State Attorney" not in bytes(entry.leaf).decode()


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.RECORDS_CUSTODIAN])
def test_whoever_may_take_an_original_may_ask(item, role):
    assert export_of(item, user=asker(item, role)).requested_by


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.AUDITOR, Role.ANALYST])
def test_other_roles_may_not(item, role):
    with pytest.raises(NotAllowed):
        export_of(item, user=staff(role, item.agency))


def test_without_a_purpose_nobody_asks(item):
    with pytest.raises(NotAllowed) as refused:
        export_of(item, user=staff(Role.DETECTIVE, item.agency))
    assert refused.value.code == "purpose"


def test_files_of_another_case_are_refused(item):
    with pytest.raises(InvalidInput) as refused:
        export_of(item, plain_item())
    assert "items" in refused.value.fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"originals": False}, "originals"),
        ({"originals": False, "working_copies": True}, "working_copies"),
        ({"recipient": " "}, "recipient"),
        ({"reason": "x"}, "reason"),
    ],
)
def test_what_is_missing_is_named(item, changes, field):
    with pytest.raises(InvalidInput) as refused:
        export_of(item, **changes)
    assert list(refused.value.fields) == [field]


def test_a_package_has_a_most(item):
    user, case = asker(item), item.submission.case
    for chosen in ([], [uuid4() for _ in range(ITEMS_MOST + 1)]):
        with pytest.raises(InvalidInput) as refused:
            request_export(user=user, case=case, items=chosen, originals=True, working_copies=False, **FOR)
        assert list(refused.value.fields) == ["items"]


def test_the_same_is_asked_once_while_it_is_under_way(item):
    user, key = asker(item), uuid4()
    first = export_of(item, user=user, request_key=key)
    assert export_of(item, user=user, request_key=key) == first
    assert export_of(item, user=user, request_key=uuid4()) == first
    assert export_of(item, user=user, recipient="Public Defender") != first
    assert Entry.objects.filter(action="export.requested").count() == 2
    cancel_export(export=first, user=user)
    assert export_of(item, user=user) != first


def test_a_key_opens_nobody_elses_export(item):
    key = uuid4()
    export_of(item, request_key=key)
    with pytest.raises(NotFound):
        export_of(plain_item(), request_key=key)


# The second person


def reasons_of(item: EvidenceItem, **changes: object) -> list[str]:
    return export_of(item, **changes).second_reasons


def test_what_asks_for_a_second_person_is_read_from_the_data(item):
    assert reasons_of(item) == []
    assert reasons_of(item, places=True) == [SecondReason.PLACES]
    EvidenceItem.objects.filter(pk=item.pk).update(probe={"audio": [{"codec": "aac"}]})
    assert reasons_of(item) == [SecondReason.SOUND]
    EvidenceItem.objects.filter(pk=item.pk).update(probe={}, triage="submitted")
    assert reasons_of(item) == [SecondReason.NOT_ACCEPTED]
    EvidenceItem.objects.filter(pk=item.pk).update(triage="accepted", state=ItemState.QUARANTINED)
    assert reasons_of(item) == [SecondReason.QUARANTINED]
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.SEALED)
    Partner.objects.filter(pk=item.submission.partner_id).update(kind=PartnerKind.RESIDENT)
    assert reasons_of(item) == [SecondReason.HOME]


@pytest.fixture
def asked(item) -> Export:
    return export_of(item, places=True)


def test_nobody_agrees_to_their_own(item):
    supervisor = asker(item, Role.SUPERVISOR)
    export = export_of(item, user=supervisor, places=True)
    for verb in (approve_export, lambda **given: refuse_export(reason="Not needed.", **given)):
        with pytest.raises(NotAllowed) as refused:
            verb(export=export, user=supervisor)
        assert refused.value.code == "own"
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(decided_by=supervisor)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.RECORDS_CUSTODIAN])
def test_a_second_person_agrees(asked, role):
    person = staff(role, asked.agency)
    assert approve_export(export=asked, user=person).state == ExportState.BUILDING
    assert acts_on(asked) == ["export.requested", "export.approved"]
    with pytest.raises(WrongState):
        approve_export(export=asked, user=staff(role, asked.agency))


def test_detectives_and_other_agencies_do_not_decide(asked):
    with pytest.raises(NotAllowed):
        approve_export(export=asked, user=staff(Role.DETECTIVE, asked.agency))
    with pytest.raises(NotFound):
        approve_export(export=asked, user=staff(Role.SUPERVISOR, AgencyFactory.create()))


def test_a_refusal_says_why(asked):
    refuse_export(export=asked, user=staff(Role.SUPERVISOR, asked.agency), reason="Ask the owner first.")
    asked.refresh_from_db()
    assert (asked.state, asked.decision_reason) == (ExportState.REFUSED, "Ask the owner first.")
    assert not build_export(export_pk=asked.pk)


def test_too_late_is_too_late(asked):
    Export.objects.filter(pk=asked.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongState):
        approve_export(export=asked, user=staff(Role.SUPERVISOR, asked.agency))
    assert expire_exports(actor=WORKER) == 1
    assert expire_exports(actor=WORKER) == 0
    assert acts_on(asked)[-1] == "export.expired"


def test_letters_name_no_case_and_no_recipient(item):
    supervisor, custodian = staff(Role.SUPERVISOR, item.agency), staff(Role.RECORDS_CUSTODIAN, item.agency)
    export = export_of(item, places=True)
    built(approve_export(export=export, user=supervisor))
    letters = Message.objects.filter(kind__startswith="export.")
    assert sorted((one.kind, one.reader_id) for one in letters) == sorted(
        [
            ("export.asked", supervisor.pk),
            ("export.asked", custodian.pk),
            ("export.approved", export.requested_by_id),
            ("export.ready", export.requested_by_id),
        ]
    )
    for letter in letters:
        assert export.code in letter.text
        assert not any(word in letter.text + letter.subject for word in (export.case.number, FOR["recipient"]))


# Building


def test_a_package_holds_and_the_library_of_congress_agrees(item, tmp_path):
    export = built(export_of(item))
    assert export.state == ExportState.READY
    assert len(bytes_of(export)) == export.size
    folder = unpacked(export, tmp_path)
    bagit.Bag(str(folder)).validate()
    for package in (folder, tmp_path / f"{folder.name}.zip"):
        findings = verify(package, verifier_key())
        assert (findings.wrong, findings.unchecked) == ([], [])
        assert findings.right[-1].endswith(export.digest)
    assert (folder / "data/originals/0001-camera_1.mp4").read_bytes() == b"video " * 5000
    assert acts_on(export) == ["export.requested", "export.prepared", "export.built"]
    assert Entry.objects.filter(action="evidence_item.packaged", subject_id=str(item.public_id)).count() == 1


def test_working_copies_and_places_go_where_they_were_asked_for(tmp_path):
    item = playable_item()
    place_of(item)
    SenderNote.objects.create(
        upload=item.upload, begins="2026-11-28T22:58:00", clock_minutes=-3, text="Ask for Ada next door."
    )
    export = built(export_of(item, working_copies=True, places=True))
    folder = unpacked(export, tmp_path)
    assert verify(folder, verifier_key()).wrong == []
    told = json.loads((folder / "data/sidecars/0001.json").read_text())
    assert told["working_copy"]["path"] == "data/working-copies/0001-camera_1.mp4"
    assert told["place"]["latitude"] == 30.44
    assert (told["clock_offset"]["seconds"], told["clock_offset"]["said_by"]) == (-180, "sender")
    assert told["times"]["start_by_the_recorders_clock"] == "2026-11-28T22:58:00"
    assert told["times"]["true_start"].startswith("2026-11-29T04:01:00")
    assert b"Ask for Ada" not in b"".join(path.read_bytes() for path in folder.rglob("*.json*"))
    silent = built(export_of(item))
    assert json.loads((unpacked(silent, tmp_path) / "data/sidecars/0001.json").read_text())["place"] is None


def test_an_offset_that_the_owner_found_stands_with_its_source(tmp_path):
    item = playable_item()
    unknown = json.loads((unpacked(built(export_of(item)), tmp_path) / "data/sidecars/0001.json").read_text())
    assert (unknown["clock_offset"]["seconds"], unknown["times"]["true_start"]) == (None, None)
    CameraCheck.objects.create(camera=item.match.camera, offset_s=192, source="photograph")
    folder = tmp_path / "again"
    folder.mkdir()
    told = json.loads((unpacked(built(export_of(item)), folder) / "data/sidecars/0001.json").read_text())[
        "clock_offset"
    ]
    assert (told["seconds"], told["said_by"], told["compared_by"]) == (192, "owner of the camera", "photograph")
    assert told["compared_with_the_portals_clock"]


def place_of(item: EvidenceItem) -> None:
    CameraPlace.objects.create(camera=item.match.camera, **place_fields(Sector(30.44, -84.28, 0, 90, 15)))


def test_the_papers_are_tagged_and_name_roles_alone(item, tmp_path):
    export = built(export_of(item))
    folder = unpacked(export, tmp_path)
    for name in ("custody", "certificate"):
        reader = pypdf.PdfReader(folder / f"data/custody/{name}.pdf")
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert reader.xmp_metadata is not None
        assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
        words = "\n".join(page.extract_text() for page in reader.pages)
        assert export.code in words
        assert export.requested_by.name not in words
    assert "The file arrived complete." in "\n".join(
        page.extract_text() for page in pypdf.PdfReader(folder / "data/custody/custody.pdf").pages
    )


def test_no_paper_tells_of_a_hold(item, tmp_path):
    from apps.evidence.services.holds import place_hold

    place_hold(item=item, user=staff(Role.RECORDS_CUSTODIAN, item.agency), authority="Court", reason="A trial runs.")
    folder = unpacked(built(export_of(item)), tmp_path)
    assert b"hold_placed" not in (folder / "data/proofs/entries.json").read_bytes()
    assert b"hold" not in (folder / "data/custody/case.jsonld").read_bytes()


def test_it_waits_for_the_ledger_and_says_so(item):
    export = export_of(item)
    assert not build_export(export_pk=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem, export.attempts) == (ExportState.BUILDING, Problem.LEDGER, 0)
    assert built(export).state == ExportState.READY
    assert export.problem == ""


def test_a_store_that_is_away_postpones_and_loses_nothing(item, settings):
    export, url = export_of(item), settings.EVIDENCE_URL
    settings.EVIDENCE_URL = "file:///nowhere"
    build_export(export_pk=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem, export.attempts) == (ExportState.BUILDING, Problem.STORE_AWAY, 0)
    settings.EVIDENCE_URL = url
    Export.objects.filter(pk=export.pk).update(leased_until=None)
    assert built(export).state == ExportState.READY


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_stored_file_that_is_not_what_was_sealed_stops_it_and_is_told(item, change, own_folders):
    export = export_of(item)
    stored = own_folders / "evidence/originals" / item.digest[:2] / item.digest[2:4] / item.digest
    stored.chmod(0o640)
    stored.write_bytes(b"vide0 " * 5000) if change == "changed" else stored.unlink()
    built(export)
    assert (export.state, export.problem) == (ExportState.STOPPED, Problem.CHANGED)
    assert Finding.objects.filter(kind="evidence.fixity_failed").count() == 1
    assert acts_on(export)[-1] == "export.stopped"
    retry_export(export=export, user=export.requested_by)
    assert Export.objects.get(pk=export.pk).state == ExportState.BUILDING


def test_a_full_database_is_waited_for(item, monkeypatch):
    from django.db import OperationalError

    from apps.disclosure.services import export_building

    export = export_of(item)
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> None:
            raise OperationalError("database or disk is full")

        patch.setattr(export_building.ExportFile.objects, "bulk_create", full)
        build_export(export_pk=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem, export.files.count()) == (ExportState.BUILDING, Problem.NO_ROOM, 0)
    Export.objects.filter(pk=export.pk).update(leased_until=None)
    assert built(export).state == ExportState.READY


def test_cancelled_while_it_is_built_it_ends_and_keeps_nothing(item, monkeypatch):
    from apps.disclosure.services import export_building

    export = export_of(item)
    monkeypatch.setattr(export_building, "REPORT_EVERY_S", -1)
    real = export_building.report

    def cancel_then_report(mine: Export, done: int) -> None:
        cancel_export(export=mine, user=export.requested_by)
        real(mine, done)

    monkeypatch.setattr(export_building, "report", cancel_then_report)
    assert not build_export(export_pk=export.pk)
    export.refresh_from_db()
    assert (export.state, export.lease_token) == (ExportState.CANCELLED, None)
    assert not export.files.exclude(content=None).exists()
    assert not build_export(export_pk=export.pk)


# Taking


def test_each_download_is_an_access_to_each_item(item):
    export = built(export_of(item))
    user = export.requested_by
    purpose = purpose_for(user, export.case)
    for count in (1, 2):
        open_package(user=user, export=export, purpose=purpose, session_key="s")
        entries = Entry.objects.filter(action="evidence_item.package_downloaded", subject_id=str(item.public_id))
        assert entries.count() == count
        assert AccessEvent.objects.filter(entry__in=entries).count() == count
    assert acts_on(export)[-2:] == ["export.downloaded"] * 2


def test_places_that_leave_are_places_that_were_opened(item):
    place_of(item)
    export = built(export_of(item, places=True))
    open_package(
        user=export.requested_by,
        export=export,
        purpose=purpose_for(export.requested_by, export.case),
        session_key="s",
    )
    opened = AccessEvent.objects.filter(subject_kind="camera", subject_id=item.match.camera.public_id)
    assert [event.entry.action for event in opened.select_related("entry")] == ["export.places_taken"]


def test_who_takes_it_asked_for_it_or_keeps_records(item):
    export = built(export_of(item))
    for role, may in ((Role.RECORDS_CUSTODIAN, True), (Role.DETECTIVE, False), (Role.SUPERVISOR, False)):
        user = staff(role, item.agency)
        purpose = purpose_for_case(user, item)
        assert policies.can_take_package(user, export) is may
        if may:
            open_package(user=user, export=export, purpose=purpose, session_key="s")
        else:
            with pytest.raises(NotAllowed):
                open_package(user=user, export=export, purpose=purpose, session_key="s")


def test_a_file_put_into_quarantine_since_holds_it_back(item):
    export = built(export_of(item))
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.QUARANTINED)
    with pytest.raises(NotAllowed) as refused:
        open_package(
            user=export.requested_by,
            export=export,
            purpose=purpose_for(export.requested_by, export.case),
            session_key="s",
        )
    assert refused.value.code == "quarantined"


# Ending


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_when_it_ends_the_list_stays_and_the_documents_go(item, how):
    export = built(export_of(item))
    if how == "cancelled":
        cancel_export(export=export, user=export.requested_by)
        cancel_export(export=export, user=export.requested_by)
    else:
        Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert expire_exports(actor=WORKER) == 1
    export.refresh_from_db()
    assert export.state == how
    assert export.files.filter(path="data/originals/0001-camera_1.mp4", digest=item.digest).exists()
    assert not export.files.exclude(content=None).exists()
    with pytest.raises(WrongState):
        open_package(
            user=export.requested_by,
            export=export,
            purpose=purpose_for(export.requested_by, export.case),
            session_key="s",
        )


def test_a_custodian_cancels_what_others_asked_for_and_other_detectives_do_not(item):
    export = export_of(item)
    with pytest.raises(NotAllowed):
        cancel_export(export=export, user=staff(Role.DETECTIVE, item.agency))
    cancel_export(export=export, user=staff(Role.RECORDS_CUSTODIAN, item.agency))
    with pytest.raises(WrongState):
        retry_export(export=export, user=export.requested_by)


def test_erasing_an_owner_ends_packages_that_say_where_the_camera_was(item):
    place_of(item)
    with_place, without = built(export_of(item, places=True)), built(export_of(item))
    partner = item.submission.partner
    assert end_exports_with_places_of(partner=partner, actor=WORKER) == 1
    assert end_exports_with_places_of(partner=partner, actor=WORKER) == 0
    with_place.refresh_from_db()
    without.refresh_from_db()
    assert (with_place.state, without.state) == (ExportState.EXPIRED, ExportState.READY)
    assert not with_place.files.exclude(content=None).exists()


def test_a_live_export_keeps_its_items(item):
    export = export_of(item)
    assert "handed_over" in obstacles_of([item])[item.pk]
    cancel_export(export=export, user=export.requested_by)
    assert "handed_over" not in obstacles_of([item])[item.pk]


# Who sees what


def test_one_and_many_agree_and_owners_see_no_export(item):
    export = export_of(item)
    owner, _partner = registrant(item.agency)
    people = [*(staff(role, item.agency) for role in Role.values), staff(Role.DETECTIVE, AgencyFactory.create()), owner]
    seen = [person for person in people if policies.can_view_export(person, export)]
    assert {grant for grant in Role.values if grant not in ("program_manager", "researcher")} >= {
        role for person, role in zip(people, Role.values, strict=False) if person in seen
    }
    for person in people:
        assert policies.viewable_exports(person).filter(pk=export.pk).exists() is (person in seen)
        if person not in seen:
            with pytest.raises(NotFound):
                get_export_for(person, export.public_id)
    assert owner not in seen


def test_the_graph_conforms_to_case_and_uco(tmp_path):
    export = built(export_of(playable_item(), working_copies=True, places=True))
    graph = unpacked(export, tmp_path) / "data/custody/case.jsonld"
    program = str(Path(sys.executable).with_name("case_validate"))
    case_validate = [program, "--built-version", "case-1.5.0", str(graph)]
    checked = subprocess.run(case_validate, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Conforms: True" in checked.stdout


def signed(item: EvidenceItem) -> WitnessStatement:
    """What its giver stated and signed about the item."""
    return sign_statement(
        submission=item.submission,
        answers={next(iter(BY_KEY)): "It hangs above the door."},
        name="Gale Giver",
        part="I own it.",
        request_key=uuid4(),
        actor=Actor.invitation(uuid4()),
    )


def test_what_the_giver_signed_goes_along_and_a_change_is_named(item, tmp_path):
    signed(item)
    bag = unpacked(built(export_of(item)), tmp_path)
    path = f"data/statements/{item.submission.code}.pdf"
    assert "Gale Giver" in "".join(page.extract_text() for page in pypdf.PdfReader(bag / path).pages)
    assert verify(bag, verifier_key()).wrong == []
    graph = (bag / "data/custody/case.jsonld").read_text()
    assert path in graph
    (bag / path).write_bytes((bag / path).read_bytes() + b" ")
    assert any(path in sentence for sentence in verify(bag, verifier_key()).wrong)


def test_a_file_that_came_after_the_signature_is_not_stated_about(item, tmp_path):
    statement = signed(item)
    EvidenceItem.objects.filter(pk=item.pk).update(received_at=statement.signed_at + timedelta(seconds=1))
    bag = unpacked(built(export_of(item)), tmp_path)
    assert not (bag / "data/statements").exists()
