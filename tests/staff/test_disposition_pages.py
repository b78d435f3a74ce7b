"""The pages of dispositions: proposed on the item's page, decided by a second custodian, read by an auditor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services.holds import place_hold
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.retention.models import Disposition
from apps.retention.services import propose_disposition, publish_schedule
from apps.retention.services.scheduling import Given
from tests.factories.cameras import owner_of
from tests.factories.items import sealed_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:retention_disposition_changelist")


@pytest.fixture(autouse=True)
def stores(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item() -> EvidenceItem:
    item = sealed_item(b"frames")
    EvidenceItem.objects.update(triage=Triage.RETURNED, received_at=timezone.now() - timedelta(days=61))
    FootageRequest.objects.update(state=RequestState.CLOSED)
    rules = [Given(title="Returned", series="GS2, item 2", days=60)]
    manager = staff(Role.PROGRAM_MANAGER, item.agency)
    publish_schedule(user=manager, agency=item.agency, rules=rules, reason="Approved.", number=0)
    return item


@pytest.fixture
def first(item: EvidenceItem) -> Any:
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


@pytest.fixture
def second(item: EvidenceItem) -> Client:
    return sign_in(Client(), staff(Role.RECORDS_CUSTODIAN, item.agency))


def url(name: str, row: Any) -> str:
    return reverse(f"admin:retention_disposition_{name}", args=[row.public_id])


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_proposes_on_the_items_page_and_another_approves(item: EvidenceItem, first: Any, second: Client) -> None:
    desk, page = sign_in(Client(), first), reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    assert "Propose to dispose of it" in shown(desk, page)
    assert desk.post(url("propose", item), {"reason": ""}).status_code == 422
    desk.post(url("propose", item), {"reason": "Its time is over."})
    made = Disposition.objects.get()
    assert "Dispose of it</button>" not in shown(desk, url("change", made))
    assert desk.post(url("approve", made)).status_code == 403
    assert url("change", made) in shown(second, reverse("admin:index"))
    assert url("change", made) in shown(second, reverse("admin:retention_retentionschedule_changelist"))
    second.post(url("approve", made))
    item.refresh_from_db()
    assert item.state == ItemState.DISPOSED
    assert "are being removed" in shown(second, url("change", made))
    assert "It was disposed of." in shown(second, page)


def test_the_giver_reads_that_it_was_disposed_of_and_not_who(item: EvidenceItem, first: Any, second: Client) -> None:
    made = propose_disposition(item=item, user=first, reason="Its time is over.")
    second.post(url("approve", made))
    owner = sign_in(Client(), owner_of(item.submission.partner))
    page = shown(owner, reverse("evidence:item", args=[item.public_id]))
    assert "disposed of" in page
    assert first.name not in page
    assert "proposed" not in page


def test_what_keeps_it_now_is_said_instead_of_the_button(item: EvidenceItem, first: Any, second: Client) -> None:
    made = propose_disposition(item=item, user=first, reason="Its time is over.")
    place_hold(item=item, user=first, authority="Leon County", reason="A trial runs.")
    page = shown(second, url("change", made))
    assert "It may not go now" in page
    assert "Dispose of it</button>" not in page
    assert second.post(url("approve", made)).status_code == 409


def test_refusing_asks_why(item: EvidenceItem, first: Any, second: Client) -> None:
    made = propose_disposition(item=item, user=first, reason="Its time is over.")
    assert second.post(url("refuse", made), {"reason": ""}).status_code == 422
    second.post(url("refuse", made), {"reason": "It is needed for a study."})
    assert "It is needed for a study." in shown(second, url("change", made))


def test_an_auditor_reads_the_list_and_decides_nothing(item: EvidenceItem, first: Any) -> None:
    made = propose_disposition(item=item, user=first, reason="Its time is over.")
    auditor = sign_in(Client(), staff(Role.AUDITOR, item.agency))
    assert url("change", made) in shown(auditor, LIST)
    assert "Refuse" not in shown(auditor, url("change", made))
    assert auditor.post(url("approve", made)).status_code == 403
