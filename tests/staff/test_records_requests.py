"""The pages of records requests, walked as a custodian and read as an auditor; the desk, an item, the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.disclosure.models import Fee, RecordsRequest, RequestedItem, Withholding
from apps.disclosure.states import Decision, RecordsOutcome, RecordsState
from apps.evidence.models import EvidenceItem
from tests.factories.disclosure import search_duty, taken_request
from tests.factories.evidence import received_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:disclosure_recordsrequest_changelist")
TAKE = reverse("admin:disclosure_recordsrequest_take")


@pytest.fixture(autouse=True)
def stores(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item() -> EvidenceItem:
    return received_item(b"frames")


@pytest.fixture
def custodian(item: EvidenceItem) -> Any:
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


@pytest.fixture
def desk(custodian: Any) -> Client:
    return sign_in(Client(), custodian)


@pytest.fixture
def asked(custodian: Any, item: EvidenceItem) -> RecordsRequest:
    return taken_request(custodian, item.agency)


def url(name: str, row: Any) -> str:
    return reverse(f"admin:disclosure_recordsrequest_{name}", args=[row.public_id])


def page(client: Client, row: RecordsRequest) -> str:
    answer = client.get(url("change", row))
    assert answer.status_code == 200
    return answer.content.decode()


def added(desk: Client, asked: RecordsRequest, item: EvidenceItem) -> RequestedItem:
    desk.post(url("add", asked), {"items": [str(item.public_id)]})
    return RequestedItem.objects.get(request=asked)


def test_a_custodian_walks_a_request_from_the_counter_to_the_answer(desk: Client, item: EvidenceItem) -> None:
    today = timezone.localdate()
    said = {
        "agency": str(item.agency.public_id),
        "wording": "The video of the fire",
        "channel": "phone",
        "received_day": (today - timedelta(days=1)).isoformat(),
        "received_time": "09:00",
        "contact": "casey@example.org",
    }
    answer = desk.post(TAKE, said)
    asked = RecordsRequest.objects.get()
    assert answer["Location"] == url("change", asked)
    desk.post(url("acknowledge", asked))
    desk.post(url("purpose", asked), {"reason": "Records request", "kind": "records_duty"})
    found = desk.post(url("search", asked), {"case_number": item.submission.case.number})
    assert str(item.public_id) in found.content.decode()
    line = added(desk, asked, item)
    desk.post(url("decide", line), {"decision": Decision.REDACT, "note": ""})
    cited = {"exemption": "active_investigation", "part": "the face", "review_on": today + timedelta(days=60)}
    desk.post(url("cite", line), cited)
    shown = page(desk, asked)
    assert "s. 119.071(2)(c), F.S." in shown
    asked.refresh_from_db()
    desk.post(url("answer", asked), {"answer": "You get it without the face.", "version": asked.version})
    asked.refresh_from_db()
    assert (asked.state, asked.outcome) == (RecordsState.ANSWERED, RecordsOutcome.PART)
    desk.post(url("forget", asked))
    desk.post(url("close", asked))
    asked.refresh_from_db()
    assert (asked.state, asked.contact) == (RecordsState.CLOSED, "")
    assert "casey@example.org" not in page(desk, asked)


def test_an_empty_form_comes_back_with_what_is_missing(desk: Client, asked: RecordsRequest) -> None:
    assert desk.post(TAKE, {}).status_code == 422
    line_free = {"withhold": {}, "withdraw": {}, "fee": {}, "move": {}, "add": {}}
    for verb, said in line_free.items():
        assert desk.post(url(verb, asked), said).status_code == 422, verb
    assert not Withholding.objects.exists()
    assert not Fee.objects.exists()


def test_a_refused_form_of_an_item_comes_back_open_and_with_what_was_typed(
    desk: Client, asked: RecordsRequest, item: EvidenceItem
) -> None:
    line = added(desk, asked, item)
    answer = desk.post(url("cite", line), {"exemption": "active_investigation", "part": "the whole film"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "the whole film" in shown
    assert "Say when somebody looks again" in shown


def test_a_search_without_words_says_what_to_give(desk: Client, asked: RecordsRequest, custodian: Any) -> None:
    search_duty(custodian, asked.agency)
    answer = desk.post(url("search", asked), {})
    assert answer.status_code == 422
    assert "Give a case number, a place or a time." in answer.content.decode()


def test_the_search_asks_for_a_reason_first(desk: Client, asked: RecordsRequest) -> None:
    assert "Record the reason and search" in page(desk, asked)
    assert desk.post(url("search", asked), {"case_number": "1"}).status_code == 403


def test_an_auditor_reads_and_gets_no_button(asked: RecordsRequest, item: EvidenceItem) -> None:
    auditor = sign_in(Client(), staff(Role.AUDITOR, item.agency))
    shown = page(auditor, asked)
    assert "The requester knows" not in shown
    assert auditor.post(url("acknowledge", asked)).status_code == 403
    assert "Take in a request" not in auditor.get(LIST).content.decode()


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.PROGRAM_MANAGER])
def test_other_roles_find_no_records_requests(role: str, asked: RecordsRequest, item: EvidenceItem) -> None:
    client = sign_in(Client(), staff(role, item.agency))
    assert client.get(url("change", asked)).status_code == 404
    assert client.get(LIST).status_code == 403
    assert "Records requests" not in client.get(reverse("admin:index")).content.decode()


def test_the_list_is_searched_by_code_and_by_case_and_filtered_by_what_is_due(
    desk: Client, asked: RecordsRequest, item: EvidenceItem
) -> None:
    added(desk, asked, item)
    for words in (asked.code.lower(), item.submission.case.number):
        assert asked.code in desk.get(LIST, {"q": words}).content.decode(), words
    assert asked.code not in desk.get(LIST, {"q": "PR-NOTHING"}).content.decode()
    RecordsRequest.objects.update(answer_by=today_in(asked.agency), acknowledge_by=today_in(asked.agency))
    assert asked.code in desk.get(LIST, {"due": "soon"}).content.decode()
    assert asked.code not in desk.get(LIST, {"due": "again"}).content.decode()


def test_the_desk_shows_what_is_late_and_what_has_to_be_looked_at_again(
    desk: Client, asked: RecordsRequest, item: EvidenceItem
) -> None:
    today = today_in(asked.agency)
    RecordsRequest.objects.update(acknowledge_by=today - timedelta(days=1))
    Withholding.objects.create(
        request=asked,
        exemption="active_investigation",
        citation="s. 119.071(2)(c), F.S.",
        part="it",
        review_on=today,
        made_by=asked.taken_by,
    )
    shown = desk.get(reverse("admin:index")).content.decode()
    assert "late since" in shown
    assert "Look again" in shown


def test_the_desk_and_the_list_go_by_the_day_that_a_request_waits_for(
    desk: Client, asked: RecordsRequest, custodian: Any, item: EvidenceItem
) -> None:
    """What was acknowledged waits for its answer; what was not waits for that, which may be sooner."""
    RecordsRequest.objects.update(state=RecordsState.ACKNOWLEDGED)
    fresh = taken_request(custodian, item.agency)
    RecordsRequest.objects.filter(pk=fresh.pk).update(answer_by=asked.answer_by + timedelta(days=1))
    due = list(desk.get(LIST).context["cl"].list_display).index("due")
    for shown in (desk.get(reverse("admin:index")), desk.get(LIST, {"o": due})):
        text = shown.content.decode()
        assert text.index(fresh.code) < text.index(asked.code)


def test_an_items_page_says_that_it_is_asked_for_to_those_who_read_requests(
    desk: Client, asked: RecordsRequest, item: EvidenceItem
) -> None:
    added(desk, asked, item)
    address = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    assert asked.code in desk.get(address).content.decode()
    detective = sign_in(Client(), staff(Role.DETECTIVE, item.agency))
    assert asked.code not in detective.get(address).content.decode()
