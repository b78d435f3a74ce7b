"""The pages of redactions: begun on the item's page, drawn, submitted, read and taken, each opening recorded."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.evidence.services import working
from apps.ledger import selectors as ledger
from apps.redaction.models import Redaction
from apps.redaction.services.guard import subject_of
from apps.redaction.services.rendering import make_redacted_copy
from apps.redaction.states import RedactionState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.people import staff
from tests.factories.redaction import begun, drawn, face, signed, somebody, submitted
from tests.factories.sessions import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]


def address(name: str, *args: object) -> str:
    return reverse(f"admin:evidence_evidenceitem_{name}", args=args)


def acts(item) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]


@pytest.fixture
def item():
    return playable_item(clip("h264"))


def test_it_is_begun_on_the_page_of_the_video_and_drawn_on_its_own(item):
    author = somebody(item)
    client = sign_in(Client(), author)
    page = client.get(address("change", item.public_id))
    assert b"Begin a redaction" in page.content
    answer = client.post(address("redact", item.public_id), {"title": "For the paper", "request_key": uuid4()})
    mine = Redaction.objects.get()
    assert answer["Location"] == address("redaction", mine.public_id)
    looks = acts(item).count("viewed")
    page = client.get(answer["Location"])
    assert (page.status_code, acts(item).count("viewed")) == (200, looks + 1)
    assert "no-store" in page["Cache-Control"]
    plan = {"plan": json.dumps({"regions": [face()], "mutes": []}), "version": 1}
    kept = client.post(address("redaction_plan", mine.public_id), plan).json()
    assert (kept["version"], kept["canUndo"], len(kept["plan"]["regions"])) == (2, True, 1)
    stale = client.post(address("redaction_plan", mine.public_id), plan)
    assert (stale.status_code, "another window" in stale.json()["error"]) == (409, True)
    broken = client.post(address("redaction_plan", mine.public_id), {"plan": "{", "version": 2})
    assert broken.status_code == 422
    undone = client.post(address("redaction_undo", mine.public_id), {"version": 2}).json()
    assert (undone["version"], undone["canUndo"], undone["plan"]["regions"]) == (3, False, [])
    assert acts(item).count("viewed") == looks + 1  # keeping what is drawn opens nothing


def test_it_is_submitted_found_by_its_reader_and_signed(item):
    author, reader = somebody(item), somebody(item, Role.SUPERVISOR)
    mine = drawn(begun(item, author))
    client, other = sign_in(Client(), author), sign_in(Client(), reader)
    answer = client.post(address("redaction_submit", mine.public_id), {"version": mine.version}, follow=True)
    assert b"It waits for a second reader." in answer.content
    assert b"Sign it off" not in client.get(address("redaction", mine.public_id)).content
    assert address("redaction", mine.public_id).encode() in other.get(address("redactions")).content
    page = other.get(address("redaction", mine.public_id)).content
    assert b"Sign it off" in page
    assert b'"editable": false' in page
    back = other.post(address("redaction_return", mine.public_id), {"version": mine.version, "reason": ""}, follow=True)
    assert b"Please fill this in." in back.content
    other.post(address("redaction_sign", mine.public_id), {"version": mine.version})
    mine.refresh_from_db()
    assert (mine.state, mine.reader) == (RedactionState.SIGNED, reader)


def test_without_a_reason_the_film_is_not_opened(item):
    mine = submitted(item)
    person = staff(Role.SUPERVISOR, item.agency)
    client = sign_in(Client(), person)
    before = acts(item).count("viewed")
    page = client.get(address("redaction", mine.public_id))
    assert b"redaction-data" not in page.content
    assert acts(item).count("viewed") == before
    said = {"reason": "I read redactions.", "opens": "footage", "kind": "case"}
    assert client.post(address("redaction", mine.public_id), said).status_code == 303
    assert b"redaction-data" in client.get(address("redaction", mine.public_id)).content
    auditor = sign_in(Client(), staff(Role.AUDITOR, item.agency))
    assert b"redaction-data" not in auditor.get(address("redaction", mine.public_id)).content


def test_the_proven_copy_is_played_and_taken_and_only_taking_leaves(item):
    mine = signed(item)
    assert make_redacted_copy(pk=mine.pk)
    detective = sign_in(Client(), mine.author)
    page = detective.get(address("redaction", mine.public_id))
    assert "each of which differs" in page.content.decode()
    played = detective.get(reverse("evidence:media", args=[page.context["copy_token"]]))
    assert played["Content-Disposition"].startswith("inline")
    answer = detective.post(address("redaction_save", mine.public_id))
    sent = detective.get(answer["Location"])
    assert sent["Content-Disposition"].startswith('attachment; filename="redacted-')
    mine.refresh_from_db()
    assert len(b"".join(sent.streaming_content)) == mine.made.size
    assert acts(item).count("redacted_downloaded") == 1
    analyst = sign_in(Client(), somebody(item, Role.ANALYST))
    assert analyst.post(address("redaction_save", mine.public_id))["Location"] == address("redaction", mine.public_id)
    assert acts(item).count("redacted_downloaded") == 1
    assert sign_in(Client(), somebody(item, Role.ANALYST)).get(answer["Location"]).status_code == 404


def test_a_working_copy_that_was_made_anew_has_no_boxes_over_it(item):
    mine = drawn(begun(item))
    Redaction.objects.update(film="0" * 64)
    page = sign_in(Client(), mine.author).get(address("redaction", mine.public_id))
    assert b"its pictures are at other times" in page.content
    assert b"redaction-data" not in page.content


def test_the_log_names_each_removal_with_its_statute_and_taking_it_is_recorded(item):
    mine = drawn(begun(item), face(what="=cmd()"))
    answer = sign_in(Client(), mine.author).post(address("redaction_log", mine.public_id))
    assert answer["Content-Type"].startswith("text/csv")
    _head, line = answer.content.decode("utf-8-sig").splitlines()
    assert line.endswith('"s. 119.071(2)(d), F.S.",picture,2,22,0.040,0.840')
    assert not line.startswith("=")
    assert ledger.entries_for(subject_of(mine))[-1].action == "redaction.log_taken"
    auditor = sign_in(Client(), staff(Role.AUDITOR, item.agency))
    assert auditor.post(address("redaction_log", mine.public_id))["Location"] == address("redaction", mine.public_id)
