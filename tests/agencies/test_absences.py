"""While somebody is away, what waits is mailed to the deputy; nobody gets a right by it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.agencies.absences import current_absences, end_absence, on_duty, possible_deputies, set_absence
from apps.agencies.models import Absence, Agency, Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.footage_requests.policies import can_decide
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.access import asked_for_places
from tests.factories.footage_requests import submitted
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(agency):
    return staff(Role.SUPERVISOR, agency)


@pytest.fixture
def deputy(agency):
    return staff(Role.SUPERVISOR, agency)


def grant_of(person):
    return RoleGrant.objects.select_related("user", "agency").get(user=person, ended_at=None)


def day(days):
    return timezone.localdate(timezone=ZoneInfo("America/New_York")) + timedelta(days=days)


def leave(person, deputy, first=0, last=3, by=None):
    return set_absence(grant=grant_of(person), deputy=deputy, first_day=day(first), last_day=day(last), by=by or person)


def test_mail_goes_to_the_deputy_in_these_days_and_back_by_itself(agency, away, deputy):
    author = staff(Role.DETECTIVE, agency)
    leave(away, deputy)
    assert on_duty(agency, Role.SUPERVISOR, but=author) == [deputy]
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        assert on_duty(agency, Role.SUPERVISOR, but=author) == [away, deputy]


def test_a_submitted_request_is_mailed_to_who_is_there(agency, away, deputy):
    leave(away, deputy)
    Message.objects.all().delete()
    request = submitted(staff(Role.DETECTIVE, agency), agency)
    told = [(mail.kind, mail.recipient) for mail in Message.objects.all()]
    assert told == [("footage_request.submitted", deputy.email)]
    assert request.case.number not in Message.objects.get().text


def test_a_deputy_who_wrote_the_request_does_not_decide_it_and_somebody_else_is_told(agency, away, deputy):
    leave(away, deputy)
    assert on_duty(agency, Role.SUPERVISOR, but=deputy) == [away]
    request = submitted(deputy, agency)
    assert not can_decide(deputy, request)


def test_where_everybody_is_away_everybody_is_told(agency, away):
    author = staff(Role.DETECTIVE, agency)
    deputy = staff(Role.SUPERVISOR, agency)
    leave(away, deputy)
    RoleGrant.objects.filter(user=deputy).update(ended_at=timezone.now())
    assert on_duty(agency, Role.SUPERVISOR, but=author) == [away]


def test_asking_for_places_is_mailed_the_same_way(agency, away, deputy):
    leave(away, deputy)
    Message.objects.all().delete()
    asked_for_places(staff(Role.DETECTIVE, agency), agency)
    assert {mail.recipient for mail in Message.objects.all()} == {deputy.email}


@pytest.mark.parametrize("who", ["other role", "other agency", "oneself", "role ended", "not trained"])
def test_a_deputy_holds_the_same_role_there_with_a_training(who, agency, away, deputy):
    if who == "other role":
        deputy = staff(Role.DETECTIVE, agency)
    elif who == "other agency":
        deputy = staff(Role.SUPERVISOR)
    elif who == "oneself":
        deputy = away
    elif who == "role ended":
        RoleGrant.objects.filter(user=deputy).update(ended_at=timezone.now())
    else:
        Agency.objects.filter(pk=agency.pk).update(training_months=12)
        RoleGrant.objects.filter(user=away).update(trained_until=timezone.now() + timedelta(days=9))
    with pytest.raises(InvalidInput, match="same role"):
        leave(away, deputy)


def test_two_who_stand_in_for_each_other_are_not_away_at_once(agency, away, deputy):
    leave(away, deputy, 1, 4)
    third = staff(Role.SUPERVISOR, agency)
    with pytest.raises(InvalidInput, match="counts on this person"):
        leave(deputy, third, 3, 6)
    with pytest.raises(InvalidInput, match="away too"):
        leave(third, away, 4, 5)
    leave(deputy, third, 5, 6)


@pytest.mark.parametrize(("first", "last", "words"), [(-1, 2, "is over"), (3, 2, "before the first"), (0, 400, "most")])
def test_days_that_cannot_be_are_refused(first, last, words, away, deputy):
    with pytest.raises(InvalidInput, match=words):
        leave(away, deputy, first, last)


def test_the_same_again_is_the_first_one_and_other_days_within_are_refused(away, deputy):
    first = leave(away, deputy)
    assert leave(away, deputy) == first
    assert Entry.objects.filter(action="absence.set").count() == 1
    with pytest.raises(InvalidInput, match="already covers"):
        leave(away, deputy, 2, 9)


def test_a_manager_enters_it_for_somebody_who_is_ill_who_is_told(agency, away, deputy):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    leave(away, deputy, by=manager)
    assert Entry.objects.get(action="absence.set").actor.role == Role.PROGRAM_MANAGER
    assert {(mail.kind, mail.recipient) for mail in Message.objects.all()} == {
        ("staff.deputy", deputy.email),
        ("staff.absence", away.email),
    }


def test_nobody_else_enters_or_ends_it(agency, away, deputy):
    for other in (staff(Role.PROGRAM_MANAGER), deputy, staff(Role.AUDITOR, agency)):
        with pytest.raises(NotAllowed):
            leave(away, deputy, by=other)
    absence = leave(away, deputy)
    with pytest.raises(NotAllowed):
        end_absence(absence=absence, by=deputy)


def test_it_ends_early_and_once(away, deputy):
    absence = leave(away, deputy)
    for _time in range(2):
        end_absence(absence=absence, by=away)
    assert not current_absences().exists()
    assert Entry.objects.filter(action="absence.ended").count() == 1


def test_a_role_that_gives_no_rights_has_no_deputy(away, deputy):
    RoleGrant.objects.filter(user=away).update(ended_at=timezone.now())
    grant = RoleGrant.objects.select_related("user", "agency").get(user=away)
    with pytest.raises(WrongState):
        set_absence(grant=grant, deputy=deputy, first_day=day(0), last_day=day(1), by=away)


def test_only_colleagues_of_the_same_role_are_offered(agency, away, deputy):
    staff(Role.DETECTIVE, agency)
    staff(Role.SUPERVISOR)
    assert set(possible_deputies([grant_of(away)])) == {away, deputy}


def test_the_page_takes_an_absence_shows_it_and_ends_it(agency, away, deputy, client):
    sign_in(client, away)
    page = reverse("admin:agencies_absence_changelist")
    assert "Nobody is entered as away" in client.get(page).content.decode()
    given = {
        "grant": grant_of(away).public_id,
        "deputy": deputy.public_id,
        "first_day": day(0).isoformat(),
        "last_day": day(-1).isoformat(),
    }
    refused = client.post(reverse("admin:agencies_absence_set"), given)
    assert refused.status_code == 422
    assert "before the first one" in refused.content.decode()
    shown = client.post(
        reverse("admin:agencies_absence_set"), {**given, "last_day": day(2).isoformat()}, follow=True
    ).content.decode()
    assert "away now" in shown
    assert "You are entered as away" in client.get(reverse("admin:index")).content.decode()
    client.post(reverse("admin:agencies_absence_end", args=[Absence.objects.get().public_id]))
    assert not current_absences().exists()


def test_the_queue_and_the_request_say_who_stands_in(agency, away, deputy, client):
    leave(away, deputy)
    request = submitted(staff(Role.DETECTIVE, agency), agency)
    sign_in(client, deputy)
    assert f"You stand in for {away}" in client.get(reverse("admin:index")).content.decode()
    page = reverse("admin:footage_requests_footagerequest_change", args=[request.public_id])
    assert f"{away} is away. {deputy} stands in." in client.get(page).content.decode()


def test_nobody_ends_the_absence_of_another_agency_by_its_address(away, deputy, client):
    absence = leave(away, deputy)
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    assert client.post(reverse("admin:agencies_absence_end", args=[absence.public_id])).status_code == 404


def test_an_absence_at_the_end_of_the_calendar_is_refused_in_a_sentence(agency, away, deputy):
    end = date(9999, 12, 31)
    with pytest.raises(InvalidInput, match="begins within 365 days"):
        set_absence(grant=grant_of(away), deputy=deputy, first_day=end, last_day=end, by=away)
