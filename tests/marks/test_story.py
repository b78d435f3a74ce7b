"""A case story: tagged, with each still and both times, recorded as accesses, and never with what was not opened."""

from __future__ import annotations

import hashlib
import io
from uuid import uuid4

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.evidence.models import SenderNote
from apps.evidence.services.excerpts import due_excerpts, make_excerpt
from apps.evidence.states import DerivativeKind, ExcerptState
from apps.ledger.models import Entry
from apps.marks.services import chosen_marks, make_story, prepare_story, stills_of
from apps.marks.story.sketch import sketch
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.marks import mark_on
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def item():
    made = playable_item(clip("h264", seconds=10))
    SenderNote.objects.create(upload=made.upload, begins="2026-11-28T23:10:00", clock_minutes=5)
    return made


@pytest.fixture
def detective(item):
    person = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(person, item)
    return person


def make_all():
    for pk in due_excerpts():
        assert make_excerpt(pk=pk)


def told(person, marks, **changes):
    case = marks[0].case
    marks = chosen_marks(user=person, case=case, ids=[mark.public_id for mark in marks])
    return make_story(case=case, marks=marks, user=person, **{"title": "", "with_places": False, **changes})


def test_the_story_is_tagged_and_has_marks_times_digests_and_its_author(item, detective):
    marks = [mark_on(item, detective, "The gate opens."), mark_on(item, detective, "He turns.", pictures=(50, 74))]
    assert prepare_story(case=marks[0].case, marks=marks, user=detective) == 2
    with pytest.raises(WrongState):
        told(detective, marks)
    make_all()
    pdf = told(detective, marks, title="The evening of November 28")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
    text = " ".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    for words in ("The evening of November 28", "The gate opens.", "He turns.", detective.name, "23:05:00.400"):
        assert words in text
    assert "recorder 23:10:02.000" in text.replace("\n", " ")
    squeezed = "".join(text.split())
    assert item.digest in squeezed
    assert all(still.made.digest in squeezed for still in stills_of(marks).values())
    assert sum(len(page.images) for page in reader.pages) == 2
    (entry,) = Entry.objects.filter(action="case.story_made")
    assert entry.facts["digest"] == hashlib.sha256(pdf).hexdigest()
    assert Entry.objects.filter(action="evidence_item.story_made").count() == 1


def test_a_mark_that_is_work_product_is_printed_as_such(item, detective):
    mark = mark_on(item, detective, "My theory.", work_product=True)
    prepare_story(case=mark.case, marks=[mark], user=detective)
    make_all()
    reader = pypdf.PdfReader(io.BytesIO(told(detective, [mark])))
    assert "do not release it" in reader.pages[0].extract_text()


def test_who_takes_no_footage_out_or_has_no_reason_makes_no_story(item, detective):
    mark = mark_on(item, detective)
    analyst = staff(Role.ANALYST, item.agency)
    purpose_for_case(analyst, item)
    for person in (analyst, staff(Role.SUPERVISOR, item.agency)):
        with pytest.raises(NotAllowed):
            prepare_story(case=mark.case, marks=[mark], user=person)
    with pytest.raises(NotFound):
        chosen_marks(user=detective, case=mark.case, ids=[uuid4()])
    with pytest.raises(InvalidInput):
        chosen_marks(user=detective, case=mark.case, ids=[])
    assert not Entry.objects.filter(action="case.story_made").exists()


def test_a_copy_that_was_made_anew_asks_to_mark_again(item, detective):
    mark = mark_on(item, detective)
    item.derivatives.filter(kind=DerivativeKind.WORKING_COPY).update(digest="a" * 64)
    with pytest.raises(WrongState):
        prepare_story(case=mark.case, marks=[mark], user=detective)


def test_places_come_with_a_reason_of_their_own_and_of_the_chosen_videos_only(agency):
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Gate"))
    item = playable_item(clip("h264", seconds=10), sent_through=opened.invitation)
    purpose_for_case(opened.author, item)
    mark = mark_on(item, opened.author)
    prepare_story(case=mark.case, marks=[mark], user=opened.author)
    make_all()
    with pytest.raises(NotAllowed):
        told(opened.author, [mark], with_places=True)
    open_purpose(
        user=opened.author,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="For the story.",
        case_number=mark.case.number,
    )
    told(opened.author, [mark], with_places=True)
    (entry,) = Entry.objects.filter(action="request.cameras_viewed")
    assert entry.facts["cameras"] == [str(item.match.camera.public_id)]
    assert Entry.objects.get(action="case.story_made").facts["places"] == 1


def test_nothing_to_draw_is_no_sketch():
    assert sketch([], []) == ""
    assert sketch([[(-84.28, 30.44), (-84.27, 30.44), (-84.27, 30.45)]], []).startswith("<svg")


def test_the_page_leads_from_marks_to_the_pdf(item, detective):
    mark = mark_on(item, detective, "The gate opens.")
    client = sign_in(Client(), detective)
    address = reverse("admin:agencies_case_story", args=[mark.case.public_id])
    assert "The gate opens." in client.get(address).content.decode()
    nothing = client.post(address, {"act": "prepare"}, follow=True)
    assert "Choose at least one mark." in nothing.content.decode()
    assert client.post(address, {"act": "prepare", "mark": "x"}).status_code == 404
    answer = client.post(address, {"act": "prepare", "mark": mark.public_id})
    page = client.get(answer["Location"]).content.decode()
    assert "Stills are being made." in page
    assert "Save the story (PDF)" not in page
    before = client.get(f"{answer['Location']}&state=1").json()
    make_all()
    assert client.get(f"{answer['Location']}&state=1").json() != before
    assert "Save the story (PDF)" in client.get(answer["Location"]).content.decode()
    pdf = client.post(address, {"act": "save", "mark": mark.public_id, "title": "Evening"})
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert stills_of([mark])[mark.pk].state == ExcerptState.MADE
    empty = playable_item()
    other = staff(Role.DETECTIVE, empty.agency)
    nobody = sign_in(Client(), other).get(reverse("admin:agencies_case_story", args=[empty.submission.case.public_id]))
    assert "Nobody has marked anything" in nobody.content.decode()
