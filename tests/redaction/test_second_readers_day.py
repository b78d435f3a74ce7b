"""The second reader's day: told by letter and on Today; taken back by its author, set aside with a reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, Stale, WrongState
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services.restriction import restrict_item
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import derivative_key, store
from apps.ledger.models import Entry
from apps.notifications import sending
from apps.notifications.models import Message, Way
from apps.notifications.topics import TOPICS
from apps.redaction.letters import tell_readers
from apps.redaction.models import Redaction
from apps.redaction.selectors import plan_of, plays_over, waiting_redactions
from apps.redaction.services import (
    return_redaction,
    save_plan,
    set_aside,
    sign_off,
    submit_redaction,
    withdraw_redaction,
)
from apps.redaction.services.rendering import make_redacted_copy
from apps.redaction.states import RedactionState
from tests.factories.people import staff
from tests.factories.redaction import begun, drawn, face, proven, signed, somebody, submitted
from tests.factories.sessions import sign_in
from tests.factories.telling import chosen
from tests.redaction.test_drawing import acts

pytestmark = pytest.mark.django_db(transaction=True)


def page(mine: Redaction, name: str = "redaction") -> str:
    return reverse(f"admin:evidence_evidenceitem_{name}", args=[mine.public_id])


def letters(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=f"redaction.{kind}").order_by("pk").values_list("recipient", flat=True))


# Letters


def test_who_may_sign_gets_a_letter_that_names_neither_case_nor_video(item):
    supervisor, custodian = staff(Role.SUPERVISOR, item.agency), staff(Role.RECORDS_CUSTODIAN, item.agency)
    staff(Role.SUPERVISOR)
    staff(Role.ANALYST, item.agency)
    mine = submitted(item)
    assert sorted(letters("submitted")) == sorted([supervisor.email, custodian.email])
    letter = Message.objects.filter(kind="redaction.submitted").first()
    assert page(mine) in letter.text
    for secret in (item.submission.case.number, item.filename, mine.title, "A face"):
        assert secret not in letter.text + letter.subject


def test_its_author_is_not_asked_to_read_it(item):
    author = somebody(item, Role.SUPERVISOR)
    other = staff(Role.SUPERVISOR, item.agency)
    submitted(item, author)
    assert letters("submitted") == [other.email]


def test_of_a_restricted_video_only_who_sees_it_is_told(item):
    staff(Role.RECORDS_CUSTODIAN, item.agency)
    mine = submitted(item)
    Message.objects.all().delete()
    restrict_item(item=item, user=staff(Role.SUPERVISOR, item.agency), reason="It shows a victim.")
    mine.refresh_from_db()
    tell_readers(mine, once="again")
    assert letters("submitted") == []


def test_each_submission_is_told_once_and_a_second_one_again(item):
    reader = somebody(item, Role.SUPERVISOR)
    mine = submitted(item)
    return_redaction(redaction=mine, version=mine.version, reason="More.", user=reader)
    mine.refresh_from_db()
    submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    assert letters("submitted") == [reader.email] * 2
    assert letters("returned") == [mine.author.email]


def test_the_author_learns_that_the_copy_is_made_or_cannot_be(item):
    mine = proven(item)
    assert letters("proven") == [mine.author.email]
    second = signed(item, mine.author)
    Redaction.objects.filter(pk=second.pk).update(film="0" * 64)
    make_redacted_copy(pk=second.pk)
    assert letters("failed") == [mine.author.email]


def test_in_the_page_only_means_no_letter_and_a_digest_leaves_out_what_is_done(item):
    quiet, daily = staff(Role.SUPERVISOR, item.agency), staff(Role.SUPERVISOR, item.agency)
    chosen(quiet, redaction_asked=Way.PAGE)
    chosen(daily, redaction_asked=Way.DIGEST)
    mine = submitted(item)
    sending.send_due()
    assert mail.outbox == []
    assert letters("submitted") == [daily.email]
    withdraw_redaction(redaction=mine, version=mine.version, user=mine.author)
    assert not TOPICS["redaction_asked"].waits(daily, mine.public_id)


# Today


def test_today_shows_what_somebody_may_sign_and_what_came_back(item):
    reader = somebody(item, Role.RECORDS_CUSTODIAN)
    mine = submitted(item)
    home = sign_in(Client(), reader).get(reverse("admin:index")).content.decode()
    assert page(mine) in home
    assert page(mine) not in sign_in(Client(), mine.author).get(reverse("admin:index")).content.decode()
    return_redaction(redaction=mine, version=mine.version, reason="More.", user=reader)
    assert page(mine) not in sign_in(Client(), reader).get(reverse("admin:index")).content.decode()
    assert page(mine) in sign_in(Client(), mine.author).get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.RECORDS_CUSTODIAN])
def test_nobody_waits_for_what_they_drew_or_cannot_see(item, role):
    author = somebody(item, role)
    submitted(item, author)
    assert list(waiting_redactions(author)) == []
    assert list(waiting_redactions(staff(role))) == []
    assert list(waiting_redactions(staff(Role.ANALYST, item.agency))) == []
    assert len(waiting_redactions(staff(role, item.agency))) == 1


# Taking back, setting aside


def test_its_author_takes_it_back_and_draws_on(item):
    mine, reader = submitted(item), somebody(item, Role.SUPERVISOR)
    for person in (reader, somebody(item)):
        with pytest.raises(NotAllowed):
            withdraw_redaction(redaction=mine, version=mine.version, user=person)
    back = withdraw_redaction(redaction=mine, version=mine.version, user=mine.author)
    assert (back.state, back.submitted_at, len(plan_of(back).regions)) == (RedactionState.DRAFT, None, 1)
    assert acts(mine)[-1] == "withdrawn"
    with pytest.raises(WrongState):
        sign_off(redaction=back, version=back.version, user=reader)
    assert save_plan(redaction=back, version=back.version, content={"regions": [face(), face()]}, user=mine.author)
    with pytest.raises(WrongState):
        withdraw_redaction(redaction=mine, version=mine.version + 1, user=mine.author)


def test_what_is_signed_is_not_taken_back(item):
    mine = signed(item)
    with pytest.raises(WrongState):
        withdraw_redaction(redaction=mine, version=mine.version, user=mine.author)


def test_it_is_set_aside_with_a_reason_for_good(item):
    mine = submitted(item)
    with pytest.raises(InvalidInput):
        set_aside(redaction=mine, version=mine.version, reason=" ", user=mine.author)
    aside = set_aside(redaction=mine, version=mine.version, reason="Withdrawn request.", user=mine.author)
    assert (aside.state, aside.aside_words) == (RedactionState.ASIDE, "Withdrawn request.")
    entry = Entry.objects.get(action="redaction.set_aside")
    assert entry.private == {"reason": "Withdrawn request."}
    assert "Withdrawn request" not in bytes(entry.leaf).decode()
    assert letters("aside") == []
    reader = somebody(item, Role.SUPERVISOR)
    for verb in (
        lambda: submit_redaction(redaction=aside, version=aside.version, user=mine.author),
        lambda: sign_off(redaction=aside, version=aside.version, user=reader),
        lambda: set_aside(redaction=aside, version=aside.version, reason="Again.", user=mine.author),
    ):
        with pytest.raises(WrongState):
            verb()
    with pytest.raises((WrongState, NotAllowed)):
        set_aside(redaction=aside, version=aside.version, reason="Again.", user=reader)


def test_a_reader_sets_aside_what_waits_and_its_author_is_told(item):
    reader, draft = somebody(item, Role.SUPERVISOR), drawn(begun(item))
    with pytest.raises(NotAllowed):  # what is being drawn is its author's
        set_aside(redaction=draft, version=draft.version, reason="No.", user=reader)
    mine = submitted(item)
    with pytest.raises(NotAllowed):
        set_aside(redaction=mine, version=mine.version, reason="No.", user=somebody(item))
    with pytest.raises(Stale):
        set_aside(redaction=mine, version=mine.version + 1, reason="No.", user=reader)
    set_aside(redaction=mine, version=mine.version, reason="Another one is enough.", user=reader)
    assert letters("aside") == [mine.author.email]


@pytest.mark.parametrize("made", [signed, proven])
def test_what_is_signed_or_made_is_not_set_aside(item, made):
    mine = made(item)
    with pytest.raises(WrongState):
        set_aside(redaction=mine, version=mine.version, reason="No.", user=mine.author)


def test_both_are_done_on_the_page(item):
    mine = submitted(item)
    client = sign_in(Client(), mine.author)
    assert "Take it back" in client.get(page(mine)).content.decode()
    client.post(page(mine, "redaction_withdraw"), {"version": mine.version})
    mine.refresh_from_db()
    assert mine.state == RedactionState.DRAFT
    refused = client.post(page(mine, "redaction_aside"), {"version": mine.version, "reason": ""}, follow=True)
    assert "Please fill this in." in refused.content.decode()
    client.post(page(mine, "redaction_aside"), {"version": mine.version, "reason": "Not needed."})
    mine.refresh_from_db()
    assert mine.state == RedactionState.ASIDE
    shown = client.get(page(mine)).content.decode()
    assert "Not needed." in shown
    assert "Take it back" not in shown
    assert page(mine, "redaction_aside") not in shown


# A working copy that is made anew


def remade(item: EvidenceItem, folder: Path, *, runs: list[int] | None = None) -> None:
    """Another working copy, with a table of times of its own."""
    old = item.derivatives.in_use()
    film, table = old.get(kind=DerivativeKind.WORKING_COPY), old.get(kind=DerivativeKind.TIMES)
    packed = b"".join(store().open_range(derivative_key(table.digest), 0, table.size))
    data = json.loads(gzip.decompress(packed)) | {"film": "f" * 64}
    (folder / "times").write_bytes(gzip.compress(json.dumps(data | ({"runs": runs} if runs else {})).encode()))
    stored = store().put_derivative(folder / "times")
    Derivative.objects.filter(pk__in=[film.pk, table.pk]).update(replaced_at=timezone.now())
    rows = [(film, "f" * 64, film.size), (table, stored.digest, stored.size)]
    for one, digest, size in rows:
        Derivative.objects.create(
            item=item, kind=one.kind, digest=digest, size=size, content_type=one.content_type, recipe=one.recipe
        )


def test_a_copy_made_anew_with_the_same_times_keeps_the_boxes(item, tmp_path):
    mine = drawn(begun(item))
    remade(item, tmp_path)
    assert plays_over(mine)
    client = sign_in(Client(), mine.author)
    shown = client.get(page(mine)).content.decode()
    assert "redaction-data" in shown
    assert "at the same times" in shown
    kept = save_plan(redaction=mine, version=mine.version, content={"regions": [face(), face()]}, user=mine.author)
    kept = submit_redaction(redaction=kept, version=kept.version, user=mine.author)
    kept = sign_off(redaction=kept, version=kept.version, user=somebody(item, Role.SUPERVISOR))
    assert make_redacted_copy(pk=kept.pk)
    kept.refresh_from_db()
    assert kept.state == RedactionState.PROVEN


def test_a_copy_with_other_times_says_so_and_keeps_what_was_drawn(item, tmp_path):
    mine = drawn(begun(item))
    remade(item, tmp_path, runs=[512, 40])
    assert not plays_over(mine)
    shown = sign_in(Client(), mine.author).get(page(mine)).content.decode()
    assert "redaction-data" not in shown
    assert "its pictures are at other times" in shown
    assert len(plan_of(mine).regions) == 1


def test_a_copy_of_another_size_says_so_too(item, tmp_path):
    mine = drawn(begun(item))
    remade(item, tmp_path)
    Redaction.objects.filter(pk=mine.pk).update(width=640)
    mine.refresh_from_db()
    assert not plays_over(mine)
