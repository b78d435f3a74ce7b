"""The pages of exports: asking on a case, deciding, watching it being built, taking the package."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export
from apps.evidence.models import EvidenceItem
from apps.ledger.models import Entry
from tests.evidence.conftest import own_folders
from tests.factories.exports import asker, built, bytes_of, export_of, plain_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

__all__ = ["own_folders"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> EvidenceItem:
    return plain_item()


def desk(role: Role, item: EvidenceItem) -> Client:
    return sign_in(Client(), staff(role, item.agency))


def asking(item: EvidenceItem) -> str:
    return reverse("admin:disclosure_export_request", args=[item.submission.case.public_id])


def page(export: Export, name: str = "change") -> str:
    return reverse(f"admin:disclosure_export_{name}", args=[export.public_id])


def filled(client: Client, item: EvidenceItem, **said: object) -> dict[str, object]:
    key = re.search(r'name="request_key" value="([^"]+)"', client.get(asking(item)).content.decode())
    assert key
    usual = {
        "items": [str(item.public_id)],
        "originals": "on",
        "recipient": "State Attorney",
        "reason": "Discovery.",
        "request_key": key[1],
    }
    return usual | said


def test_the_case_leads_to_asking_which_first_asks_why(item):
    client = desk(Role.DETECTIVE, item)
    case = reverse("admin:agencies_case_change", args=[item.submission.case.public_id])
    assert asking(item) in client.get(case).content.decode()
    assert "First: why you need these files" in client.get(asking(item)).content.decode()
    assert client.post(asking(item), {"reason": "x"}).status_code == 422
    assert client.post(asking(item), {"reason": "The trial begins soon."})["Location"] == asking(item)
    answer = client.post(asking(item), filled(client, item))
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page(export))
    assert export.code in client.get(case).content.decode()


def test_the_same_form_twice_is_one_export(item):
    client = sign_in(Client(), asker(item))
    form = filled(client, item)
    assert client.post(asking(item), form)["Location"] == client.post(asking(item), form)["Location"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"items": []}, "Please fill this in."),
        ({"recipient": ""}, "Please fill this in."),
        ({"originals": ""}, "Choose originals, working copies or both."),
        ({"originals": "", "working_copies": "on"}, "None of these files has a working copy."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(item, said, sentence):
    client = sign_in(Client(), asker(item))
    answer = client.post(asking(item), filled(client, item, **said))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Discovery." in answer.content.decode()


def test_a_second_person_decides_on_the_page(item):
    export = export_of(item, places=True)
    approver = desk(Role.SUPERVISOR, item)
    shown = approver.get(page(export)).content.decode()
    assert "it says where cameras are" in shown
    assert approver.post(page(export, "refuse"), {"reason": ""}).status_code == 422
    assert approver.post(page(export, "approve")).status_code == 303
    own = sign_in(Client(), export.requested_by).get(page(export)).content.decode()
    assert "The package is being built" in own
    assert "Approve the export" not in own


def test_who_asked_sees_no_buttons_to_decide_and_is_refused(item):
    export = export_of(item, user=asker(item, Role.SUPERVISOR), places=True)
    client = sign_in(Client(), export.requested_by)
    assert "Approve the export" not in client.get(page(export)).content.decode()
    assert client.post(page(export, "approve")).status_code == 403


def test_taking_the_package_is_recorded_and_sends_it(item):
    export = built(export_of(item))
    client = sign_in(Client(), export.requested_by)
    assert "Download the package" in client.get(page(export)).content.decode()
    answer = client.post(page(export, "download"), follow=True)
    assert b"".join(answer.streaming_content) == bytes_of(export)
    assert Entry.objects.filter(action="evidence_item.package_downloaded").count() == 1
    assert client.get(page(export, "download")).status_code == 405


def test_a_custodian_says_why_before_taking_it(item):
    export = built(export_of(item))
    client = desk(Role.RECORDS_CUSTODIAN, item)
    assert "Download the package" not in client.get(page(export)).content.decode()
    assert client.post(page(export, "download"))["Location"] == page(export)
    client.post(page(export, "purpose"), {"reason": "Answering a subpoena.", "kind": "records_duty"})
    assert "Download the package" in client.get(page(export)).content.decode()


def test_the_desk_of_a_custodian_and_the_list_show_it(item):
    export = export_of(item, places=True)
    client = desk(Role.RECORDS_CUSTODIAN, item)
    for address in (reverse("admin:index"), reverse("admin:disclosure_export_changelist")):
        assert export.code in client.get(address).content.decode()


def test_cancelling_ends_it(item):
    export = built(export_of(item))
    client = sign_in(Client(), export.requested_by)
    assert client.post(page(export, "cancel")).status_code == 303
    export.refresh_from_db()
    assert export.state == ExportState.CANCELLED
    assert "Somebody cancelled it." in client.get(page(export)).content.decode()
    assert client.post(page(export, "download")).status_code == 409


def test_a_case_without_sealed_files_says_so(agency):
    from tests.factories.people import CaseFactory

    case = CaseFactory.create(agency=agency)
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    address = reverse("admin:disclosure_export_request", args=[case.public_id])
    client.post(address, {"reason": "The trial begins soon."})
    assert "No file of this case is sealed yet" in client.get(address).content.decode()
