"""A role gives rights while its training holds, where the agency asks for training."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.agencies import training
from apps.agencies.acting import acting_as, acting_as_manager
from apps.agencies.findings import viewable_findings
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import agencies_of, has_role, roles_of, serves_as
from apps.agencies.staff_policies import can_open_accounts, viewable_staff
from apps.agencies.staff_proposal_policies import managers_at_work
from apps.agencies.staff_services import grant_role, revoke_role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.people import StaffFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
COURSE = "CJIS security awareness, level 2"


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def colleague(agency):
    return staff(Role.DETECTIVE, agency)


def asks_for_training(agency, months=12):
    Agency.objects.filter(pk=agency.pk).update(training_months=months)
    agency.refresh_from_db()


def grant_of(person):
    return RoleGrant.objects.select_related("user", "agency").get(user=person, ended_at=None)


def trained(person, until):
    RoleGrant.objects.filter(user=person).update(training=COURSE, trained_on=date(2026, 1, 1), trained_until=until)


def today_there():
    return timezone.localdate(timezone=ZoneInfo("America/New_York"))


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_an_agency_that_asks_for_none_goes_on_as_it_was(agency, colleague):
    assert serves_as(colleague, Role.DETECTIVE)


def test_a_role_without_a_training_gives_no_right_anywhere(agency, colleague):
    asks_for_training(agency)
    assert not serves_as(colleague)
    assert not has_role(colleague, agency)
    assert roles_of(colleague, agency) == set()
    assert not agencies_of(colleague).exists()
    with pytest.raises(NotAllowed):
        acting_as(colleague, agency)


def test_rights_end_with_the_training_by_the_clock_alone(agency, colleague):
    asks_for_training(agency)
    end = in_days(10)
    trained(colleague, end)
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert has_role(colleague, agency, Role.DETECTIVE)
    with time_machine.travel(end, tick=False):
        assert not has_role(colleague, agency, Role.DETECTIVE)


def test_a_manager_records_a_training_and_rights_are_back(agency, manager, colleague):
    asks_for_training(agency)
    trained(manager, in_days(100))
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        recorded = training.record_training(
            grant=grant_of(colleague), training=COURSE, held_on=date(2026, 2, 28), by=manager
        )
        assert has_role(colleague, agency, Role.DETECTIVE)
    assert training.last_day(recorded) == date(2027, 2, 28)
    entry = Entry.objects.get(action="role.training_recorded")
    assert entry.subject_id == str(colleague.public_id)
    assert (entry.facts["training"], entry.facts["held_on"], entry.facts["role"]) == (COURSE, "2026-02-28", "detective")


def test_recording_the_same_again_writes_nothing(agency, manager, colleague):
    asks_for_training(agency)
    trained(manager, in_days(100))
    for _time in range(2):
        training.record_training(grant=grant_of(colleague), training=COURSE, held_on=today_there(), by=manager)
    assert Entry.objects.filter(action="role.training_recorded").count() == 1


def test_a_training_on_the_last_day_of_august_ends_on_the_last_day_of_a_shorter_month(agency, manager, colleague):
    asks_for_training(agency, months=6)
    trained(manager, datetime(2027, 1, 1, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 9, 1, 12, tzinfo=UTC), tick=False):
        grant = training.record_training(
            grant=grant_of(colleague), training=COURSE, held_on=date(2026, 8, 31), by=manager
        )
    assert training.last_day(grant) == date(2027, 2, 28)


@pytest.mark.parametrize(("days", "words"), [(1, "still to come"), (-400, "no longer holds")])
def test_a_day_that_cannot_be_is_refused_with_the_reason(days, words, agency, manager, colleague):
    asks_for_training(agency)
    trained(manager, in_days(100))
    held = today_there() + timedelta(days=days)
    with pytest.raises(InvalidInput, match=words):
        training.record_training(grant=grant_of(colleague), training=COURSE, held_on=held, by=manager)


def test_nobody_records_their_own_and_nobody_outside_the_agency_does(agency, manager, colleague):
    asks_for_training(agency)
    trained(manager, in_days(100))
    today = today_there()
    outsider = staff(Role.PROGRAM_MANAGER)
    for who, grant in [
        (manager, grant_of(manager)),
        (outsider, grant_of(colleague)),
        (staff(Role.SUPERVISOR, agency), grant_of(colleague)),
    ]:
        with pytest.raises(NotAllowed):
            training.record_training(grant=grant, training=COURSE, held_on=today, by=who)


def test_an_agency_that_asks_for_none_takes_no_record(agency, manager, colleague):
    with pytest.raises(WrongState):
        training.record_training(grant=grant_of(colleague), training=COURSE, held_on=today_there(), by=manager)


def test_beginning_to_ask_leaves_open_roles_thirty_days(agency, manager, colleague):
    training.set_training_months(agency=agency, training_months=12, by=manager)
    assert has_role(colleague, agency)
    assert has_role(manager, agency)
    with time_machine.travel(in_days(32), tick=False):
        assert not has_role(colleague, agency)
    entry = Entry.objects.get(action="agency.training_set")
    assert (entry.facts["before"], entry.facts["after"], entry.facts["roles_in_grace"]) == (None, 12, 2)


def test_asking_for_training_off_and_on_again_extends_nothing(agency, manager, colleague):
    training.set_training_months(agency=agency, training_months=12, by=manager)
    ends = grant_of(manager).trained_until
    with time_machine.travel(in_days(20), tick=False):
        training.set_training_months(agency=agency, training_months=None, by=manager)
        newcomer = staff(Role.ANALYST, agency)
        training.set_training_months(agency=agency, training_months=12, by=manager)
        assert grant_of(manager).trained_until == ends
        assert has_role(newcomer, agency)
    with time_machine.travel(in_days(32), tick=False):
        assert not has_role(manager, agency)
    with time_machine.travel(in_days(10), tick=False):
        training.set_training_months(agency=agency, training_months=None, by=manager)
    with time_machine.travel(in_days(500), tick=False):
        training.set_training_months(agency=agency, training_months=12, by=manager)
        assert has_role(manager, agency)


@pytest.mark.parametrize("months", [0, -1, 61])
def test_a_number_of_months_that_cannot_be_is_refused(months, agency, manager):
    with pytest.raises(InvalidInput):
        training.set_training_months(agency=agency, training_months=months, by=manager)


def test_only_its_program_manager_sets_the_months(agency, colleague):
    for who in (colleague, staff(Role.PROGRAM_MANAGER), staff(Role.AUDITOR, agency)):
        with pytest.raises(NotAllowed):
            training.set_training_months(agency=agency, training_months=12, by=who)


def test_the_only_manager_whose_training_ended_makes_another_one_who_records_his(agency, manager, colleague):
    asks_for_training(agency)
    actor = actor_for(manager)
    with pytest.raises(NotAllowed):
        grant_role(person=colleague, agency=agency, role=Role.SUPERVISOR, by=manager, actor=actor)
    with pytest.raises(NotAllowed):
        revoke_role(grant=grant_of(colleague), reason="not needed", by=manager, actor=actor)
    with pytest.raises(NotAllowed):
        training.record_training(grant=grant_of(colleague), training=COURSE, held_on=today_there(), by=manager)
    second = grant_role(person=colleague, agency=agency, role=Role.PROGRAM_MANAGER, by=manager, actor=actor)
    today = today_there()
    training.record_training(grant=second, training=COURSE, held_on=today, by=manager)
    assert has_role(colleague, agency, Role.PROGRAM_MANAGER)
    training.record_training(grant=grant_of(manager), training=COURSE, held_on=today, by=colleague)
    assert has_role(manager, agency, Role.PROGRAM_MANAGER)


def test_a_manager_whose_training_ended_has_no_right_left_while_a_colleagues_holds(agency, manager, colleague):
    asks_for_training(agency)
    trained(staff(Role.PROGRAM_MANAGER, agency), in_days(100))
    with pytest.raises(NotAllowed):
        grant_role(person=colleague, agency=agency, role=Role.PROGRAM_MANAGER, by=manager, actor=Actor.system("a test"))
    assert not viewable_staff(manager).exists()
    assert not can_open_accounts(manager)
    with pytest.raises(NotAllowed):
        acting_as_manager(manager, agency)


def test_the_operators_command_opens_an_agency_again(agency, manager, capsys):
    asks_for_training(agency)
    assert managers_at_work(agency) == []
    call_command("appoint_manager", agency.short_name, manager.email, manager.name)
    assert has_role(manager, agency, Role.PROGRAM_MANAGER)
    assert Entry.objects.filter(action="role.grace_given").count() == 1
    with time_machine.travel(in_days(32), tick=False):
        assert not has_role(manager, agency, Role.PROGRAM_MANAGER)


def test_findings_go_to_managers_where_no_auditor_is_trained(agency, manager):
    auditor = staff(Role.AUDITOR, agency)
    asks_for_training(agency)
    trained(manager, in_days(100))
    assert not viewable_findings(manager).query.is_empty()
    assert viewable_findings(auditor).query.is_empty()


def test_people_are_warned_thirty_and_seven_days_before_once_each(agency, colleague):
    asks_for_training(agency)
    end = in_days(40)
    trained(colleague, end)
    for days in (35, 29, 28, 6, 5, -1):
        with time_machine.travel(end - timedelta(days=days), tick=False):
            training.warn_of_training_ends()
    mails = list(Message.objects.filter(kind="staff.training_ends"))
    assert [mail.recipient for mail in mails] == [colleague.email] * 2
    assert agency.short_name in mails[0].text


def test_nobody_is_warned_where_no_training_is_asked_for(agency, colleague):
    trained(colleague, in_days(5))
    assert training.warn_of_training_ends() == 0


def test_today_says_that_a_training_ends_or_has_ended(agency, colleague, manager, client):
    asks_for_training(agency)
    trained(manager, in_days(100))
    sign_in(client, colleague)
    page = client.get(reverse("admin:index")).content.decode()
    assert "No training is recorded for your role" in page
    trained(colleague, in_days(5))
    assert "Your role needs a new training by" in client.get(reverse("admin:index")).content.decode()
    sign_in(client, manager)
    page = client.get(reverse("admin:index")).content.decode()
    assert "The training of 1 colleague ends within 30 days" in page
    listed = client.get(reverse("admin:accounts_user_changelist") + "?training=due").content.decode()
    assert colleague.email in listed


def test_a_manager_records_it_on_the_colleagues_page(agency, manager, colleague, client):
    asks_for_training(agency)
    trained(manager, in_days(100))
    sign_in(client, manager)
    page = reverse("admin:accounts_user_change", args=[colleague.public_id])
    assert "No training is recorded. The role gives no rights yet." in client.get(page).content.decode()
    record = reverse("admin:accounts_user_training", args=[grant_of(colleague).public_id])
    tomorrow = today_there() + timedelta(days=2)
    refused = client.post(record, {"training-training": COURSE, "training-held_on": tomorrow.isoformat()})
    assert refused.status_code == 422
    assert "still to come" in refused.content.decode()
    today = today_there()
    done = client.post(record, {"training-training": COURSE, "training-held_on": today.isoformat()}, follow=True)
    assert "The training is recorded." in done.content.decode()
    assert COURSE in done.content.decode()


def test_a_manager_whose_training_ended_finds_only_how_to_make_the_next_one(agency, manager, colleague, client):
    asks_for_training(agency)
    sign_in(client, manager)
    page = client.get(reverse("admin:accounts_user_change", args=[colleague.public_id])).content.decode()
    assert "you can only make a colleague program manager" in page
    assert 'value="supervisor"' not in page
    client.post(
        reverse("admin:accounts_user_grant", args=[colleague.public_id]),
        {"grant-role": Role.PROGRAM_MANAGER, "grant-agency": str(agency.public_id)},
    )
    assert RoleGrant.objects.filter(user=colleague, role=Role.PROGRAM_MANAGER).exists()
    assert client.get(reverse("admin:agencies_agency_changelist")).status_code == 403


def test_a_manager_sets_the_months_on_the_agencys_page(agency, manager, client):
    sign_in(client, manager)
    url = reverse("admin:agencies_agency_training", args=[agency.public_id])
    page = client.post(url, {"training_months": "12"}, follow=True).content.decode()
    assert "A training holds for 12 months" in page
    assert client.post(url, {"training_months": "600"}).status_code == 422
    client.post(url, {"training_months": ""})
    agency.refresh_from_db()
    assert agency.training_months is None


def test_a_new_role_of_a_trained_colleague_needs_its_own_training(agency, manager):
    asks_for_training(agency)
    trained(manager, in_days(100))
    person = StaffFactory.create()
    grant_role(person=person, agency=agency, role=Role.ANALYST, by=manager, actor=actor_for(manager))
    assert not serves_as(person)
