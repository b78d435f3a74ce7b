"""Staff accounts that nobody uses are warned of at 76 and 83 days and disabled at 90 (CJIS AC-2(3))."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.accounts.models import EventKind, SignInEvent, StaffHold, User
from apps.accounts.staff_events import erase_old_events, record_event
from apps.agencies.models import Role, RoleGrant
from apps.agencies.staff_idle import look_after_idle_staff
from apps.agencies.staff_services import release_staff_account
from apps.agencies.tasks import look_after_staff
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.people import UserFactory, staff
from tests.factories.staff_codes import fail

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return staff(Role.DETECTIVE)


def after(days, work=look_after_idle_staff):
    with time_machine.travel(timezone.now() + timedelta(days=days, hours=1), tick=False):
        return work()


def mails(kind):
    return Message.objects.filter(kind=kind)


def test_the_days_of_warning_and_end(officer):
    for days in range(70, 95):
        after(days)
        after(days)
        assert mails("staff.unused").count() == (days >= 76) + (days >= 83), days
        assert User.objects.get(pk=officer.pk).is_active is (days < 90), days
    assert mails("staff.disabled").count() == 1
    assert Entry.objects.filter(action="staff_account.disabled", subject_id=str(officer.public_id)).count() == 1
    assert "14 days" in mails("staff.unused").order_by("pk")[0].text


def test_a_job_that_was_away_disables_without_a_warning_it_could_not_give(officer):
    after(200)
    assert StaffHold.objects.filter(user=officer).count() == 1
    assert mails("staff.unused").count() == 0


def test_use_starts_the_count_anew_and_warns_anew(officer):
    after(77)
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        record_event(request=None, kind=EventKind.SECOND_FACTOR, succeeded=True, user=officer)
    after(100)
    assert User.objects.get(pk=officer.pk).is_active
    after(80 + 77)
    assert mails("staff.unused").count() == 2


def test_a_strangers_guesses_are_no_use(officer):
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        for _ in range(5):
            fail(officer.email, 1)
    after(91)
    assert not User.objects.get(pk=officer.pk).is_active


def test_a_release_gives_ninety_days_more(officer):
    after(91)
    agency = RoleGrant.objects.get(user=officer).agency
    manager = staff(Role.PROGRAM_MANAGER, agency)
    with time_machine.travel(timezone.now() + timedelta(days=100), tick=False):
        officer.refresh_from_db()
        release_staff_account(person=officer, reason="back from leave", by=manager, actor=actor_for(manager))
    User.objects.filter(pk=manager.pk).update(is_active=False)
    after(110)
    assert User.objects.get(pk=officer.pk).is_active
    after(191)
    assert not User.objects.get(pk=officer.pk).is_active


def test_public_accounts_are_left_alone():
    resident = UserFactory.create()
    after(400)
    assert User.objects.get(pk=resident.pk).is_active
    assert not Message.objects.exists()


def test_a_death_between_two_people_leaves_the_second_for_the_next_run(officer, monkeypatch):
    second = staff(Role.DETECTIVE)
    from apps.agencies import staff_idle

    real, seen = staff_idle._disable, []

    def dies(person, days):
        if seen:
            raise KeyboardInterrupt
        seen.append(person)
        return real(person, days)

    monkeypatch.setattr(staff_idle, "_disable", dies)
    with pytest.raises(KeyboardInterrupt):
        after(91)
    monkeypatch.setattr(staff_idle, "_disable", real)
    assert after(91) == (0, 1)
    assert not User.objects.filter(pk__in=[officer.pk, second.pk], is_active=True).exists()
    assert Entry.objects.filter(action="staff_account.disabled").count() == 2


def test_events_past_their_period_are_taken_away_and_never_those_of_the_last_year(officer, settings):
    record_event(request=None, kind=EventKind.SIGN_IN, succeeded=True, user=officer)
    settings.SIGN_IN_EVENT_DAYS = 1
    after(365, erase_old_events)
    assert SignInEvent.objects.count() == 1
    after(367, look_after_staff)
    assert not SignInEvent.objects.exists()
    assert Entry.objects.get(action="sign_in_events.erased").facts["events"] == 1
    after(367, erase_old_events)
    assert Entry.objects.filter(action="sign_in_events.erased").count() == 1
