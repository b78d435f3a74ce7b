"""What somebody types of a request is kept until it is saved, complete or not, and is nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.footage_requests import policies, services, tasks
from apps.footage_requests.models import FootageRequest, KeptForm
from apps.footage_requests.unfinished import get_kept_form_for, typed, unfinished_of
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.footage_requests import CENTER, content, draft, submitted
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NAME = "admin:footage_requests_footagerequest_"


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def author(agency):
    return staff(Role.DETECTIVE, agency)


def keep(user, form=None, *, version=0, request=None, **values):
    return services.keep_form(user=user, form=form or uuid4(), values=values, version=version, request=request)


def test_what_is_half_typed_is_kept_without_an_entry_and_read_back(author):
    before = Entry.objects.count()
    kept = keep(author, case_number="26-1", radius_ft="not yet a number")
    assert typed(get_kept_form_for(author, kept.public_id)) == {"case_number": "26-1", "radius_ft": "not yet a number"}
    assert Entry.objects.count() == before
    assert FootageRequest.objects.count() == 0


def test_it_lies_encrypted(author):
    keep(author, reason="the victim at 12 Secret Lane")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM footage_requests_keptform")
        assert "Secret" not in str(cursor.fetchall())


def test_two_windows_never_write_over_each_other(author):
    form = uuid4()
    keep(author, form, reason="one")
    second = keep(author, form, version=1, reason="two")
    assert keep(author, form, version=1, reason="two").version == second.version == 2
    with pytest.raises(Stale):
        keep(author, form, version=1, reason="three")
    services.discard_kept_form(user=author, kept=second)
    with pytest.raises(Stale):
        keep(author, form, version=2, reason="two")


def test_saving_the_form_ends_it_and_a_late_one_does_not_bring_it_back(author, agency):
    form = uuid4()
    keep(author, form, reason="typed")
    services.draft_request(user=author, agency=agency, request_key=form, actor=actor_for(author), **content())
    assert not KeptForm.objects.exists()
    with pytest.raises(WrongState) as late:
        keep(author, form, version=1, reason="typed")
    assert late.value.code == "saved"


def test_changes_of_a_saved_draft_are_kept_until_they_are_saved(author, agency):
    request = draft(author, agency)
    values = {"version": str(request.version), "reason": "half"}
    services.keep_form(user=author, form=request.public_id, values=values, version=0, request=request)
    request = services.update_request(
        user=author, request=request, version=request.version, actor=actor_for(author), **content()
    )
    assert not KeptForm.objects.exists()
    with pytest.raises(WrongState):
        services.keep_form(user=author, form=request.public_id, values=values, version=0, request=request)


def test_a_request_that_was_submitted_or_is_another_ones_keeps_nothing(author, agency):
    asked = submitted(author, agency)
    with pytest.raises(WrongState):
        services.keep_form(
            user=author, form=asked.public_id, values={"version": str(asked.version)}, version=0, request=asked
        )
    with pytest.raises(NotAllowed):
        keep(staff(Role.DETECTIVE, agency), asked.public_id, request=asked)
    with pytest.raises(NotAllowed):
        keep(staff(Role.AUDITOR, agency))


def test_only_the_writer_sees_it_and_only_while_writing_is_the_writers_work(author, agency):
    kept = keep(author)
    for who in (author, staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency), staff(Role.AUDITOR, agency)):
        seen = policies.viewable_kept_forms(who).filter(pk=kept.pk).exists()
        assert seen == policies.can_view_kept_form(who, kept) == (who == author)
    with pytest.raises(NotFound):
        services.discard_kept_form(user=staff(Role.DETECTIVE, agency), kept=kept)
    RoleGrant.objects.filter(user=author).update(ended_at=timezone.now())
    assert not policies.can_view_kept_form(author, kept)
    assert unfinished_of(author) == []


UNHEARD_OF = [
    {"reason": "x" * 60_001},
    {str(number): "" for number in range(161)},
    {"reason": "\ud800"},
    {"polygon": "x" * 59_000, "corridor": "y" * 59_000},
]


@pytest.mark.parametrize("values", UNHEARD_OF)
def test_what_no_form_holds_is_refused(author, values):
    with pytest.raises(InvalidInput):
        services.keep_form(user=author, form=uuid4(), values=values, version=0)
    assert not KeptForm.objects.exists()


def test_nobody_piles_up_hundreds(author):
    for _number in range(40):
        keep(author)
    with pytest.raises(InvalidInput):
        keep(author)
    assert KeptForm.objects.count() == 40


def test_it_is_forgotten_after_a_while_and_sooner_once_thrown_away(author):
    kept, thrown = keep(author), keep(author)
    services.discard_kept_form(user=author, kept=thrown)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert tasks.forget_old_forms() == 0
        services.restore_kept_form(user=author, kept=thrown)
        services.discard_kept_form(user=author, kept=thrown)
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        assert tasks.forget_old_forms() == 1
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert tasks.forget_old_forms() == 1
    assert not KeptForm.objects.filter(pk=kept.pk).exists()


def _posted(agency, key, **changes):
    return {
        "agency": str(agency.public_id),
        "shape": "circle",
        "latitude": CENTER[1],
        "longitude": CENTER[0],
        "radius_ft": 1000,
        "case_number": "26-004711",
        "request_key": str(key),
    } | changes


def test_the_page_keeps_says_when_and_goes_on(author, agency):
    client, key = sign_in(Client(), author), uuid4()
    answer = client.post(reverse(f"{NAME}keep"), _posted(agency, key, kept_version="0"))
    body = answer.json()
    assert answer.status_code == 200
    assert body["said"].startswith("Kept ")
    page = client.get(body["url"]).content.decode()
    assert 'value="26-004711"' in page
    assert str(key) in page
    stale = client.post(reverse(f"{NAME}keep"), _posted(agency, key, kept_version="0", case_number="26-5"))
    assert stale.status_code == 409
    assert stale.json()["url"] == body["url"]


def test_save_without_script_keeps_what_is_incomplete(author, agency):
    client, key = sign_in(Client(), author), uuid4()
    answer = client.post(reverse(f"{NAME}compose"), _posted(agency, key, act="save"))
    assert answer.status_code == 422
    assert "Kept " in answer.content.decode()
    assert FootageRequest.objects.count() == 0
    listed = client.get(reverse(f"{NAME}kept")).content.decode()
    assert "26-004711" in listed


def test_it_is_thrown_away_and_taken_back_on_the_list(author, agency):
    client, kept = sign_in(Client(), author), keep(author, case_number="26-77")
    thrown = client.post(reverse(f"{NAME}kept_act", args=[kept.public_id, "discard"]), follow=True).content.decode()
    assert "Take back" in thrown
    assert client.get(f"{reverse(f'{NAME}compose')}?kept={kept.public_id}").url == reverse(f"{NAME}kept")
    back = client.post(reverse(f"{NAME}kept_act", args=[kept.public_id, "restore"]), follow=True).content.decode()
    assert 'value="26-77"' in back
    other = sign_in(Client(), staff(Role.DETECTIVE, agency))
    assert other.get(f"{reverse(f'{NAME}compose')}?kept={kept.public_id}").status_code == 404
    assert other.post(reverse(f"{NAME}kept_act", args=[kept.public_id, "discard"])).status_code == 404


def test_changes_of_a_draft_come_back_on_its_page(author, agency):
    client, request = sign_in(Client(), author), draft(author, agency)
    values = _posted(agency, uuid4(), version=str(request.version), kept_request=str(request.public_id), reason="half")
    assert client.post(reverse(f"{NAME}keep"), values | {"kept_version": "0"}).status_code == 200
    page = client.get(reverse(f"{NAME}edit", args=[request.public_id])).content.decode()
    assert ">\nhalf</textarea>" in page
    assert "You see what you typed and did not save." in page
    FootageRequest.objects.filter(pk=request.pk).update(version=9)
    page = client.get(reverse(f"{NAME}edit", args=[request.public_id])).content.decode()
    assert "The request was saved after you typed this." in page
