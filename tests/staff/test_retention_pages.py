"""The pages of retention: what expires and why not, the rules and their versions, the item's page, the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.retention.models import RetentionSchedule
from tests.factories.items import sealed_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:retention_retentionschedule_changelist")


@pytest.fixture(autouse=True)
def stores(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item() -> EvidenceItem:
    return sealed_item(b"frames")


@pytest.fixture
def desk(item: EvidenceItem) -> Client:
    return sign_in(Client(), staff(Role.RECORDS_CUSTODIAN, item.agency))


def rules_of(item: EvidenceItem) -> str:
    return reverse("admin:retention_retentionschedule_rules", args=[item.agency.public_id])


def the_form(**said: Any) -> dict[str, Any]:
    first = {"title_0": "Everything", "series_0": "GS2, item 2", "days_0": 60, "basis_0": "received"}
    return {"number": 0, "rows": 3, "reason": "The chief approved."} | first | said


def test_a_custodian_writes_rules_and_the_item_gets_its_date(desk: Client, item: EvidenceItem) -> None:
    assert "There are no rules yet" in desk.get(LIST).content.decode()
    assert desk.post(rules_of(item), the_form())["Location"] == LIST
    shown = desk.get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id])).content.decode()
    assert "GS2, item 2" in shown
    assert "It may not go yet:" in shown
    assert "GS2, item 2" in desk.get(reverse("admin:index")).content.decode()
    schedule = RetentionSchedule.objects.get()
    page = desk.get(reverse("admin:retention_retentionschedule_change", args=[schedule.public_id])).content.decode()
    assert "In force" in page
    assert "The chief approved." in page


def test_wrong_rows_come_back_beside_their_fields(desk: Client, item: EvidenceItem) -> None:
    answer = desk.post(rules_of(item), the_form(series_0="", days_0=""))
    assert answer.status_code == 422
    assert "Give a number of days" in answer.content.decode()
    assert not RetentionSchedule.objects.exists()


def test_rules_that_a_colleague_replaced_are_not_overwritten(desk: Client, item: EvidenceItem) -> None:
    desk.post(rules_of(item), the_form())
    answer = desk.post(rules_of(item), the_form(days_0=90))
    assert answer.status_code == 422
    assert "A colleague published other rules" in answer.content.decode()


@pytest.mark.parametrize("rows", ["", "x", "-1", "9999"])
def test_a_form_with_a_wrong_number_of_rows_is_refused(rows: str, desk: Client, item: EvidenceItem) -> None:
    assert desk.post(rules_of(item), the_form(rows=rows)).status_code == 422


def test_the_list_tells_what_may_go_what_comes_and_what_is_kept(desk: Client, item: EvidenceItem) -> None:
    desk.post(rules_of(item), the_form())
    code = item.submission.code

    def listed(show: str) -> bool:
        return code in desk.get(LIST, {"show": show}).content.decode()

    assert (listed("coming"), listed("due"), listed("kept")) == (True, False, False)
    EvidenceItem.objects.update(received_at=timezone.now() - timedelta(days=61))
    assert (listed("coming"), listed("due"), listed("kept")) == (False, False, True)
    assert "no detective has decided about it" in desk.get(LIST, {"show": "kept"}).content.decode()
    EvidenceItem.objects.update(triage=Triage.RETURNED)
    FootageRequest.objects.update(state=RequestState.CLOSED)
    assert (listed("coming"), listed("due"), listed("kept")) == (False, True, False)
    desk.post(rules_of(item), the_form(number=1, triage_0="accepted"))
    assert listed("none")


def test_a_program_manager_writes_rules_and_sees_no_item(item: EvidenceItem) -> None:
    manager = sign_in(Client(), staff(Role.PROGRAM_MANAGER, item.agency))
    assert manager.post(rules_of(item), the_form()).status_code == 302
    shown = manager.get(LIST, {"show": "coming"}).content.decode()
    assert item.submission.code not in shown
    assert "Everything" in shown


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST])
def test_other_roles_have_no_page_of_retention(role: str, item: EvidenceItem) -> None:
    client = sign_in(Client(), staff(role, item.agency))
    assert client.get(rules_of(item)).status_code == 404
    shown = client.get(LIST)
    assert shown.status_code != 200 or item.submission.code not in shown.content.decode()


def test_an_auditor_reads_and_writes_no_rules(item: EvidenceItem) -> None:
    auditor = sign_in(Client(), staff(Role.AUDITOR, item.agency))
    assert auditor.get(LIST).status_code == 200
    assert auditor.post(rules_of(item), the_form()).status_code == 404
