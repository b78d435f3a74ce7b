"""Marks: who makes them, what they say of times, undo, and that no giver, recipient or package ever has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.services import working
from apps.evidence.services.excerpts import due_excerpts, make_excerpt
from apps.evidence.states import DerivativeKind, ItemState
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from apps.marks.models import Mark
from apps.marks.selectors import marks_of
from apps.marks.services import MarkWords, add_mark, change_mark, remove_mark, restore_mark
from apps.partners.models import Membership
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.evidence import received_item
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.marks import mark_on
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def item():
    made = playable_item(clip("h264", seconds=10))
    SenderNote.objects.create(upload=made.upload, begins="2026-11-28T23:10:00", clock_minutes=5)
    return made


@pytest.fixture
def detective(item):
    return staff(Role.DETECTIVE, item.agency)


def said(first=10, last=None, note="There.", **more):
    return MarkWords(first, last, note, **more)


def test_a_mark_knows_its_pictures_seconds_and_both_times(item, detective):
    mark = mark_on(item, detective, pictures=(25, 49))
    film = item.derivatives.get(kind=DerivativeKind.WORKING_COPY)
    assert (mark.film, mark.in_s, mark.out_s) == (film.digest, 1.0, 2.0)
    assert mark.true_in == datetime(2026, 11, 29, 4, 5, 1, tzinfo=UTC)
    assert mark.offset_s == 300
    last = mark_on(item, detective, pictures=(249, None))
    assert (last.in_s, last.out_s) == (9.96, 10.0)


def test_the_entry_is_about_the_case_and_commits_to_the_note(item, detective):
    before = len(ledger.entries_for(working.subject_of(item)))
    mark = mark_on(item, detective, "The man in red.", work_product=True)
    (entry,) = Entry.objects.filter(action="case.mark_added")
    assert entry.subject_id == str(item.submission.case.public_id)
    assert entry.facts["pictures"] == [10, 10]
    assert "man in red" not in bytes(entry.leaf).decode()
    assert len(ledger.entries_for(working.subject_of(item))) == before
    assert entry.facts["mark"] == str(mark.public_id)


def test_the_same_key_makes_one_mark(item, detective):
    key = uuid4()
    case = item.submission.case
    one = add_mark(case=case, item=item, said=said(), user=detective, request_key=key)
    assert add_mark(case=case, item=item, said=said(), user=detective, request_key=key) == one
    with pytest.raises(NotFound):
        add_mark(case=case, item=item, said=said(), user=staff(Role.DETECTIVE, item.agency), request_key=key)
    assert Mark.objects.count() == 1


@pytest.mark.parametrize("pictures", [(250, None), (-1, None), (5, 4), (5, 250)])
def test_pictures_that_the_film_does_not_have_are_refused(item, detective, pictures):
    with pytest.raises(InvalidInput):
        mark_on(item, detective, pictures=pictures)
    assert not Mark.objects.exists()


def test_a_film_without_a_table_is_counted_by_its_rate(item, detective):
    item.derivatives.filter(kind=DerivativeKind.TIMES).delete()
    assert mark_on(item, detective, pictures=(50, None)).in_s == pytest.approx(2.0)


def test_only_players_of_the_agency_mark_and_only_what_plays(item, detective):
    case = item.submission.case
    for role in (Role.AUDITOR, Role.PROGRAM_MANAGER):
        with pytest.raises((NotAllowed, NotFound)):
            mark_on(item, staff(role, item.agency))
    with pytest.raises((NotAllowed, NotFound)):
        mark_on(item, staff(Role.DETECTIVE))
    other = playable_item()
    with pytest.raises(NotFound):
        add_mark(case=case, item=other, said=said(), user=detective, request_key=uuid4())
    waiting = received_item(b"bytes", sent_through=item.submission.invitation)
    with pytest.raises(WrongState):
        add_mark(case=case, item=waiting, said=said(), user=detective, request_key=uuid4())
    assert not Mark.objects.exists()


def test_only_the_author_changes_removes_and_puts_back(item, detective):
    mark = mark_on(item, detective)
    other = staff(Role.SUPERVISOR, item.agency)
    for act in (remove_mark, restore_mark):
        with pytest.raises(NotAllowed):
            act(mark=mark, version=1, user=other)
    with pytest.raises(NotAllowed):
        change_mark(mark=mark, version=1, said=said(), user=other)
    with pytest.raises(Stale):
        change_mark(mark=mark, version=7, said=said(), user=detective)
    changed = change_mark(mark=mark, version=1, said=said(12, 20, "Now clearer.", is_starred=True), user=detective)
    assert (changed.version, changed.in_picture, changed.note, changed.is_starred) == (2, 12, "Now clearer.", True)
    again = change_mark(mark=mark, version=2, said=said(12, 20, "Now clearer.", is_starred=True), user=detective)
    assert again.version == 2
    case = item.submission.case
    gone = remove_mark(mark=mark, version=2, user=detective)
    assert list(marks_of(other, case)) == []
    restore_mark(mark=gone, version=3, user=detective)
    assert list(marks_of(other, case)) == [mark]
    acts = list(Entry.objects.filter(action__startswith="case.mark").order_by("pk").values_list("action", flat=True))
    assert acts == ["case.mark_added", "case.mark_changed", "case.mark_removed", "case.mark_restored"]


def test_a_restricted_item_hides_its_marks_and_one_disposed_of_keeps_them(item, detective):
    mark, case = mark_on(item, detective), item.submission.case
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.DISPOSED)
    assert list(marks_of(detective, case)) == [mark]
    page = sign_in(Client(), detective).get(reverse("admin:agencies_case_change", args=[case.public_id]))
    assert "The gray car turns left." in page.content.decode()
    assert f"#mark-{mark.public_id}" not in page.content.decode()
    EvidenceItem.objects.filter(pk=item.pk).update(restricted_at=datetime.now(UTC) - timedelta(days=1))
    assert list(marks_of(detective, case)) == []


def test_no_page_of_the_giver_tells_of_a_mark(item, detective):
    mark_on(item, detective, "Shrikecanary on the roof.")
    owner = Membership.objects.filter(partner=item.submission.partner)[0].user
    client = sign_in(Client(), owner)
    for address in (reverse("evidence:item", args=[item.public_id]), reverse("web:home")):
        text = client.get(address).content.decode()
        assert "Shrikecanary" not in text
        assert "mark_added" not in text
        assert "Video marked" not in text


def query(item):
    return f"?item={item.public_id}"


def test_the_desk_adds_changes_and_removes_without_opening_the_video_again(item, detective):
    purpose_for_case(detective, item)
    client, case = sign_in(Client(), detective), item.submission.case
    address = reverse("admin:agencies_case_marks", args=[case.public_id]) + query(item)
    sent = {"item": item.public_id, "in_picture": 26, "out_picture": 50, "note": "Left.", "request_key": uuid4()}
    answer = client.post(address, sent)
    assert answer.status_code == 200, answer.content
    assert "pictures 26 to 50" in answer.json()["html"]
    assert "true time 23:05:01.000, recorder 23:10:01.000" in answer.json()["html"]
    mark = Mark.objects.get()
    assert (mark.in_picture, mark.out_picture) == (25, 49)
    refused = client.post(address, {**sent, "in_picture": 9000, "out_picture": "", "request_key": uuid4()})
    assert refused.status_code == 422
    assert refused.json()["error"] == "The video has no picture of that number."

    def about(name):
        return reverse(f"admin:agencies_case_mark_{name}", args=[mark.public_id]) + query(item)

    changed = client.post(about("change"), {**sent, "note": "Right.", "version": 1})
    assert "Right." in changed.json()["html"]
    removed = client.post(about("remove"), {"version": 2}).json()
    assert "Right." not in removed["html"]
    back = client.post(removed["undo"] + query(item), {"version": removed["version"]}).json()
    assert "Right." in back["html"]
    assert not Entry.objects.filter(action="evidence_item.viewed").exists()
    assert client.post(about("remove"), {"version": 1}).status_code == 409
    stranger = sign_in(Client(), staff(Role.DETECTIVE))
    assert stranger.post(about("remove"), {"version": 4}).status_code == 404


def test_no_part_of_the_portal_that_writes_for_outsiders_reads_marks():
    outside = ("disclosure", "sharing", "web", "api", "evidence", "privacy", "retention")
    read = [
        str(path)
        for name in outside
        for path in (settings.BASE_DIR / "apps" / name).rglob("*.py")
        if "apps.marks" in path.read_text()
    ]
    assert read == []


def test_a_still_and_a_clip_are_made_of_a_mark_and_stand_beside_it(item, detective):
    mark = mark_on(item, detective, pictures=(25, 49))
    client = sign_in(Client(), detective)
    address = reverse("admin:agencies_case_mark_excerpt", args=[mark.public_id]) + query(item)
    refused = client.post(address, {"kind": "still"})
    assert refused.status_code == 403
    purpose_for_case(detective, item)
    assert "Still of picture 26" in client.post(address, {"kind": "still"}).json()["html"]
    shown = client.post(address, {"kind": "clip"}).json()["html"]
    assert "Clip of pictures 26 to 50" in shown
    assert "data-making" in shown
    for pk in due_excerpts():
        assert make_excerpt(pk=pk)
    listed = reverse("admin:agencies_case_marks", args=[mark.case.public_id]) + query(item)
    shown = client.get(listed).json()["html"]
    assert shown.count("Save a copy") == 2
    assert "data-making" not in shown
    page = client.get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id])).content.decode()
    assert "Clip of pictures 26 to 50" in page
    assert "A still or a clip was made from the sealed original." in page
