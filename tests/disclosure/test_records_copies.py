"""A records request is answered with a redacted copy: proposed, chosen, and held against the log of exemptions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput
from apps.disclosure import services
from apps.disclosure.answering import draft_answer
from apps.disclosure.models import RequestedItem, Withholding
from apps.disclosure.services.ending import outcome_of, what_is_missing
from apps.disclosure.states import Decision, RecordsOutcome
from apps.evidence.models import EvidenceItem
from apps.evidence.services.restriction import restrict_item
from apps.ledger.models import Entry
from apps.redaction.models import Redaction
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.people import staff
from tests.factories.redaction import proven, submitted
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SURVEILLANCE = "s. 119.071(2)(d), F.S."


@pytest.fixture
def item(own_folders: object) -> EvidenceItem:
    return playable_item(clip("h264"))


@pytest.fixture
def copy(item: EvidenceItem) -> Redaction:
    return proven(item)


@pytest.fixture
def line(asked: Any, item: EvidenceItem, custodian: Any) -> RequestedItem:
    services.add_items(request=asked, user=custodian, items=[item.public_id])
    return RequestedItem.objects.get(request=asked, item=item)


def decide(line: RequestedItem, custodian: Any, decision: str, redaction: Any = None) -> RequestedItem:
    return services.decide_item(line=line, user=custodian, decision=decision, redaction=redaction)


def cite(line: RequestedItem, custodian: Any, exemption: str = "surveillance") -> Withholding:
    return services.withhold(request=line.request, user=custodian, exemption=exemption, part="a face", line=line)


def page_of(asked: Any, user: Any) -> str:
    client = sign_in(Client(), user)
    return client.get(reverse("admin:disclosure_recordsrequest_change", args=[asked.public_id])).content.decode()


def test_the_copy_is_chosen_and_recorded(copy, line, custodian):
    decide(line, custodian, Decision.REDACT, copy.public_id)
    line.refresh_from_db()
    assert line.redaction == copy
    entry = Entry.objects.get(action="records_request.item_decided")
    assert (entry.facts["decision"], entry.facts["redaction"]) == ("redact", str(copy.public_id))
    decide(line, custodian, Decision.REDACT, copy.public_id)
    assert Entry.objects.filter(action="records_request.item_decided").count() == 1


@pytest.mark.parametrize("decision", [Decision.GIVE, Decision.WITHHOLD, Decision.NOT_ASKED, Decision.UNDECIDED])
def test_another_decision_has_no_copy(copy, line, custodian, decision):
    decide(line, custodian, Decision.REDACT, copy.public_id)
    decide(line, custodian, decision, copy.public_id)
    line.refresh_from_db()
    assert line.redaction is None
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestedItem.objects.filter(pk=line.pk).update(redaction=copy)


def test_only_a_proven_copy_of_this_item_is_given(item, line, custodian):
    for wanted in (uuid4(), submitted(item).public_id, proven(playable_item(clip("h264"))).public_id):
        with pytest.raises(InvalidInput) as refused:
            decide(line, custodian, Decision.REDACT, wanted)
        assert list(refused.value.fields) == ["redaction"]


def test_no_answer_before_the_log_has_each_statute_of_the_copy(asked, copy, line, custodian):
    decide(line, custodian, Decision.REDACT, copy.public_id)
    cite(line, custodian, "security_system")
    (missing,) = what_is_missing(asked)
    assert SURVEILLANCE in missing
    cite(line, custodian)
    assert what_is_missing(asked) == []
    assert outcome_of(asked) == RecordsOutcome.PART


def test_the_answer_names_copy_and_statute(asked, copy, line, custodian):
    decide(line, custodian, Decision.REDACT, copy.public_id)
    cite(line, custodian)
    letter = draft_answer(asked)
    assert copy.made.digest[:12] in letter
    assert SURVEILLANCE in letter
    asked.refresh_from_db()
    services.answer_records_request(request=asked, user=custodian, answer=letter, version=asked.version)
    entry = Entry.objects.get(action="records_request.answered")
    assert entry.facts["copies"] == {str(line.item.public_id): copy.made.digest}


def test_the_page_proposes_the_copy_of_an_undecided_item(asked, copy, line, custodian):
    page = page_of(asked, custodian)
    assert "It is proposed below" in page
    assert f'<option value="{copy.public_id}" selected>' in page
    assert '<option value="redact" selected>' in page


def test_the_page_proposes_no_copy_against_a_decision(asked, copy, line, custodian):
    decide(line, custodian, Decision.WITHHOLD)
    page = page_of(asked, custodian)
    assert "It is proposed below" not in page
    assert f'<option value="{copy.public_id}" selected>' not in page
    assert '<option value="withhold" selected>' in page


def test_the_page_fills_in_the_statute_that_the_log_lacks(asked, copy, line, custodian):
    decide(line, custodian, Decision.REDACT, copy.public_id)
    page = page_of(asked, custodian)
    assert '<option value="surveillance" selected>' in page
    assert "A face" not in page
    cite(line, custodian)
    assert '<option value="surveillance" selected>' not in page_of(asked, custodian)


def test_without_a_copy_the_page_says_where_one_is_begun(asked, line, custodian):
    decide(line, custodian, Decision.REDACT)
    assert "Begin a redaction on the page of the video." in page_of(asked, custodian)


def test_of_a_restricted_item_the_page_tells_nothing(asked, copy, line, custodian, item):
    restrict_item(item=item, user=staff(Role.SUPERVISOR, item.agency), reason="It shows a victim.")
    page = page_of(asked, custodian)
    assert copy.title not in page
    assert str(copy.public_id) not in page
    with pytest.raises(InvalidInput):
        decide(line, custodian, Decision.REDACT, copy.public_id)


def test_it_is_chosen_by_the_form(asked, copy, line, custodian):
    client = sign_in(Client(), custodian)
    address = reverse("admin:disclosure_recordsrequest_decide", args=[line.public_id])
    assert client.post(address, {"decision": "redact", "redaction": str(uuid4())}).status_code == 422
    assert client.post(address, {"decision": "redact", "redaction": str(copy.public_id)}).status_code == 303
    line.refresh_from_db()
    assert line.redaction == copy
    assert client.post(address, {"decision": "redact", "redaction": ""}).status_code == 303
    line.refresh_from_db()
    assert line.redaction is None
