"""Each week an auditor goes through a drawn sample of looks, exports and findings, and signs."""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose, record_access
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.findings.models import Finding
from apps.findings.services import notice
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from apps.lists.services import record_export
from apps.notifications.models import Message
from apps.reviews.models import Review, ReviewRow
from apps.reviews.opening import SAMPLED, drawn, open_reviews
from apps.reviews.services import mark_row, sign_review
from apps.reviews.states import Mark, RowKind
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
REASON = "Reviewing a registration near the park"


@pytest.fixture
def auditor(agency):
    return staff(Role.AUDITOR, agency)


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def monday_of(agency):
    """Midnight on the agency's clock at which this week began."""
    zone = ZoneInfo(agency.time_zone)
    today = timezone.localdate(timezone=zone)
    return datetime.combine(today - timedelta(days=today.weekday()), time.min, zone)


def look_of(user, agency, *, named=-timedelta(days=4), opened=timedelta(minutes=1)):
    """A purpose, named so long after Monday, and what it opened so long after that; by default in last week."""
    at = monday_of(agency) + named
    with time_machine.travel(at, tick=False):
        purpose = open_purpose(
            user=user,
            agency=agency,
            kind=PurposeKind.REGISTRATION_REVIEW,
            access=AccessKind.REGISTRATIONS,
            reason=REASON,
        )
    with time_machine.travel(at + opened, tick=False), transaction.atomic():
        record_access(purpose, "camera.place_viewed", Subject.of("camera", uuid4()))
    return purpose


def review_of(agency):
    open_reviews()
    return Review.objects.get(agency=agency)


def test_last_weeks_looks_exports_and_open_findings_are_rows(agency, manager, auditor):
    look_of(manager, agency)
    notice("access.many_places", about=Subject.of("user", manager.public_id), agency=agency.public_id, facts={"n": 1})
    review = review_of(agency)
    kinds = sorted(review.rows.values_list("kind", "person"))
    assert kinds == [(RowKind.FINDING, manager.pk), (RowKind.LOOK, manager.pk)]
    assert review.rows.get(kind=RowKind.LOOK).facts == {"places": 1}
    entry = Entry.objects.get(action="review.opened", subject_id=str(review.public_id))
    assert entry.facts["seed"] == review.seed
    assert entry.facts["population"] == {"look": 1, "export": 0, "finding": 1}


def test_a_purpose_that_opened_nothing_and_one_of_this_week_are_no_rows(agency, manager):
    open_purpose(
        user=manager,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason=REASON,
    )
    assert review_of(agency).rows.count() == 0


def test_a_purpose_of_sunday_night_is_drawn_in_the_week_in_which_it_opened_something(agency, manager):
    """Named before midnight and used after the draw, it was in no week's population."""
    night = -timedelta(days=7, hours=1)
    purpose = look_of(manager, agency, named=night, opened=timedelta(hours=3))
    look_of(manager, agency, named=night, opened=timedelta(minutes=30))
    review = review_of(agency)
    assert list(review.rows.values_list("subject_id", flat=True)) == [purpose.public_id]


def test_opening_twice_opens_one(agency):
    assert open_reviews() == 1
    assert open_reviews() == 0
    assert Entry.objects.filter(action="review.opened").count() == 1


def test_the_draw_follows_from_the_seed_and_never_takes_more(agency):
    ids = [uuid4() for _ in range(60)]
    first = drawn("a seed", ids, SAMPLED[RowKind.LOOK])
    assert len(first) == 20
    assert drawn("a seed", reversed(ids), SAMPLED[RowKind.LOOK]) == first
    assert drawn("another", ids, SAMPLED[RowKind.LOOK]) != first


def test_an_auditor_marks_every_row_and_signs(agency, manager, auditor):
    look_of(manager, agency)
    review = review_of(agency)
    with pytest.raises(WrongState, match="not settled"):
        sign_review(review=review, by=auditor)
    for _time in range(2):
        mark_row(row=review.rows.get(), mark=Mark.IN_ORDER, note="", by=auditor)
    assert Entry.objects.filter(action="review.row_marked").count() == 1
    for _time in range(2):
        signed = sign_review(review=review, by=auditor)
    assert signed.signed_by == auditor
    assert Entry.objects.filter(action="review.signed").count() == 1
    with pytest.raises(WrongState):
        mark_row(row=review.rows.get(), mark=Mark.FINDING, note="On second thought", by=auditor)


def test_a_question_is_mailed_and_keeps_the_review_open(agency, manager, auditor):
    look_of(manager, agency)
    review = review_of(agency)
    mark_row(row=review.rows.get(), mark=Mark.QUESTION, note="Which registration was it?", by=auditor)
    mail = Message.objects.get(kind="review.question")
    assert mail.recipient == manager.email
    assert "Which registration was it?" in mail.text
    with pytest.raises(WrongState):
        sign_review(review=review, by=auditor)
    mark_row(row=review.rows.get(), mark=Mark.IN_ORDER, note="The one on Park Avenue", by=auditor)
    sign_review(review=review, by=auditor)


def test_a_finding_is_recorded_among_the_agencys_findings(agency, manager, auditor):
    look_of(manager, agency)
    review = review_of(agency)
    mark_row(row=review.rows.get(), mark=Mark.FINDING, note="No registration waits there", by=auditor)
    finding = Finding.objects.get(kind="review.not_in_order")
    assert (finding.about_id, finding.agency) == (str(manager.public_id), str(agency.public_id))


@pytest.mark.parametrize(("mark", "note"), [("fine", ""), (Mark.QUESTION, ""), (Mark.FINDING, "hm")])
def test_a_mark_that_is_none_or_lacks_its_words_is_refused(mark, note, agency, manager, auditor):
    look_of(manager, agency)
    with pytest.raises(InvalidInput):
        mark_row(row=review_of(agency).rows.get(), mark=mark, note=note, by=auditor)


def test_nobody_marks_their_own_looks_and_a_manager_only_those_of_an_auditor(agency, manager, auditor):
    RoleGrant.objects.create(user=auditor, agency=agency, role=Role.PROGRAM_MANAGER)
    look_of(auditor, agency)
    look_of(manager, agency)
    review = review_of(agency)
    with pytest.raises(NotAllowed, match="about you"):
        mark_row(row=review.rows.get(person=auditor), mark=Mark.IN_ORDER, note="", by=auditor)
    with pytest.raises(NotAllowed):
        mark_row(row=review.rows.get(person=manager), mark=Mark.IN_ORDER, note="", by=manager)
    other_manager = staff(Role.PROGRAM_MANAGER, agency)
    with pytest.raises(NotAllowed):
        mark_row(row=review.rows.get(person=manager), mark=Mark.IN_ORDER, note="", by=other_manager)
    mark_row(row=review.rows.get(person=auditor), mark=Mark.IN_ORDER, note="", by=manager)


def test_others_neither_mark_nor_sign_nor_see_it(agency, manager, client):
    look_of(manager, agency)
    review = review_of(agency)
    for person in (staff(Role.AUDITOR), staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)):
        with pytest.raises(NotAllowed):
            mark_row(row=review.rows.get(), mark=Mark.IN_ORDER, note="", by=person)
        with pytest.raises(NotAllowed):
            sign_review(review=review, by=person)
        sign_in(client, person)
        assert client.get(reverse("admin:reviews_review_change", args=[review.public_id])).status_code in (403, 404)
        mark = reverse("admin:reviews_review_mark", args=[review.rows.get().public_id])
        assert client.post(mark, {"mark": "in_order"}).status_code == 404
    with pytest.raises(NotAllowed):
        sign_review(review=review, by=manager)


def test_the_page_shows_reasons_takes_marks_and_is_recorded(agency, manager, auditor, client):
    look_of(manager, agency)
    review = review_of(agency)
    sign_in(client, auditor)
    page = reverse("admin:reviews_review_change", args=[review.public_id])
    assert REASON in client.get(page).content.decode()
    assert Entry.objects.filter(action="audit_log.read", subject_kind="reviews").count() == 1
    mark = reverse("admin:reviews_review_mark", args=[review.rows.get().public_id])
    refused = client.post(mark, {"mark": "question", "note": ""})
    assert refused.status_code == 422
    assert "Write a few words" in refused.content.decode()
    client.post(mark, {"mark": "in_order", "note": ""})
    shown = client.post(reverse("admin:reviews_review_sign", args=[review.public_id]), follow=True).content.decode()
    assert "The review is signed." in shown


def test_an_overdue_review_is_on_today_for_auditor_and_manager(agency, manager, auditor, client):
    review = review_of(agency)
    sign_in(client, auditor)
    assert str(review) in client.get(reverse("admin:index")).content.decode()
    sign_in(client, manager)
    assert str(review) not in client.get(reverse("admin:index")).content.decode()
    Review.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert str(review) in client.get(reverse("admin:index")).content.decode()


def test_the_rows_leave_as_a_recorded_export_which_the_next_review_looks_at(agency, manager, auditor, client):
    look_of(manager, agency)
    review = review_of(agency)
    sign_in(client, auditor)
    listed = client.get(reverse("admin:reviews_reviewrow_changelist"), {"week": str(review.public_id)})
    assert listed.status_code == 200
    record_export(
        user=auditor,
        roles=(Role.AUDITOR,),
        listed="reviews.reviewrow",
        filters=["week"],
        columns=["kind"],
        rows=1,
        capped=False,
        reason="For the yearly audit",
        asks_reason=True,
    )
    open_reviews(now=timezone.now() + timedelta(days=7))
    row = ReviewRow.objects.get(kind=RowKind.EXPORT, person=auditor)
    shown = client.get(reverse("admin:reviews_review_change", args=[row.review.public_id])).content.decode()
    assert str(capfirst(ReviewRow._meta.verbose_name_plural)) in shown
    assert "reviews.reviewrow" not in shown


def test_an_empty_week_is_signed_too(agency, auditor):
    assert sign_review(review=review_of(agency), by=auditor).signed_at
