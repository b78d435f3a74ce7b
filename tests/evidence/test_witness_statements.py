"""A witness statement: voluntary, signed once for each sending, kept, and read by staff under a purpose alone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.evidence.models import EvidenceItem, WitnessStatement
from apps.evidence.presentation import custody_of
from apps.evidence.services.footage_access import open_statement
from apps.evidence.services.witness_statements import answers_of, last_statement, sign_statement, signer_of
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.evidence.test_sender_notes import holder_of
from tests.factories import evidence as factories
from tests.factories.items import purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
ANSWERS = {"keeper": "I do.", "working": "yes", "place": "", "exporter": "I did, with the app."}


@pytest.fixture(autouse=True)
def _stores(settings: LazySettings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item() -> EvidenceItem:
    return factories.received_item(b"video", filename="front door.mp4")


def sign(item: EvidenceItem, **changes):
    given = {"answers": ANSWERS, "name": "Ada Reyes", "part": "owner", "request_key": uuid4(), "actor": ACTOR}
    return sign_statement(submission=item.submission, **{**given, **changes})


def test_answers_and_signature_are_kept_and_the_entry_names_the_files_and_no_person(item: EvidenceItem) -> None:
    statement = sign(item)
    assert answers_of(statement) == {"keeper": "I do.", "working": "yes", "exporter": "I did, with the app."}
    assert signer_of(statement).name == "Ada Reyes"
    entry = Entry.objects.get(action="witness_statement.signed")
    assert entry.facts["items"] == [str(item.public_id)]
    assert "Ada" not in str(entry.facts)


def test_sending_twice_signs_once_and_signing_again_keeps_the_first(item: EvidenceItem) -> None:
    key = uuid4()
    first = sign(item, request_key=key)
    assert sign(item, request_key=key, name="Somebody else").pk == first.pk
    second = sign(item, answers={"changed": "no"})
    assert [first.number, second.number] == [1, 2]
    assert last_statement(item.submission) == second
    assert WitnessStatement.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answers": {"working": "maybe"}}, "working"),
        ({"answers": {"other": "x"}}, "other"),
        ({"answers": {"keeper": "a" * 1001}}, "keeper"),
        ({"name": " "}, "name"),
        ({"part": ""}, "part"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(item: EvidenceItem, changes, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        sign(item, **changes)
    assert field in refused.value.fields
    assert not WitnessStatement.objects.exists()


def test_a_statement_says_something(item: EvidenceItem) -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        sign(item, answers={"keeper": " ", "working": ""})


def test_page_asks_for_name_and_declaration_and_gives_back_what_was_typed(item: EvidenceItem) -> None:
    where = f"/receipt/{item.submission.public_id}/statement/"
    holder = holder_of(item)
    given = {"keeper": "My neighbor keeps it.", "part": "owner", "request_key": str(uuid4())}
    refused = holder.post(where, given)
    assert refused.status_code == 400
    assert b"My neighbor keeps it." in refused.content
    assert holder.post(where, {**given, "name": "Ada Reyes", "declares": "on"}).status_code == 302
    assert b"You signed a statement" in holder.get(f"/receipt/{item.submission.public_id}/").content
    assert b"My neighbor keeps it." in holder.get(where).content


def test_stranger_sees_neither_questions_nor_sheet(item: EvidenceItem) -> None:
    sign(item)
    other = holder_of(factories.received_item(b"other"))
    for name in ("statement/", "statement.pdf"):
        assert other.get(f"/receipt/{item.submission.public_id}/{name}").status_code == 404


def test_sheet_is_a_pdf_signed_or_to_be_signed(item: EvidenceItem) -> None:
    where = f"/receipt/{item.submission.public_id}/statement.pdf"
    holder = holder_of(item)
    paper = holder.get(where)
    assert paper["Content-Type"] == "application/pdf"
    sign(item)
    signed = holder.get(where)
    assert b"pdfuaid" in signed.content
    assert signed.content != paper.content
    assert holder.get(where, {"paper": ""}).content[:5] == b"%PDF-"


def test_detective_reads_it_under_a_purpose_and_the_giver_sees_that(item: EvidenceItem) -> None:
    sign(item)
    detective = staff(Role.DETECTIVE, item.agency)
    client = sign_in(Client(), detective)
    where = reverse("admin:evidence_evidenceitem_statement", args=[item.public_id])
    assert client.post(where).status_code == 302
    assert not Entry.objects.filter(action="evidence_item.statement_opened").exists()
    purpose = purpose_for_case(detective, item)
    assert client.post(where).content[:5] == b"%PDF-"
    assert "The signed statement about the video was read." in [line.act for line in custody_of(item)]
    stranger = staff(Role.DETECTIVE)
    with pytest.raises(NotAllowed):
        open_statement(user=stranger, item=item, purpose=purpose)


def test_what_was_not_signed_cannot_be_read(item: EvidenceItem) -> None:
    detective = staff(Role.DETECTIVE, item.agency)
    with pytest.raises(NotFound):
        open_statement(user=detective, item=item, purpose=purpose_for_case(detective, item))
