"""The quarterly update: drafts itself once, keeps its figures, is published for good, and is corrected by the next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.agencies.absences import set_absence
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.program.measures import BY_KEY
from apps.program.models import QuarterlyUpdate
from apps.program.publishing import figures_of, public_value
from apps.program.quarters import Quarter, last_ended
from apps.program.services import (
    discard_update,
    draft_correction,
    draft_due_update,
    publish_update,
    save_update,
    set_target,
)
from apps.program.states import UpdateState
from apps.program.tasks import draft_updates
from apps.program.updates import (
    can_view_update,
    get_published,
    newest_update,
    published_quarters,
    shown,
    viewable_updates,
)
from tests.factories.people import AgencyFactory, staff
from tests.factories.program import IN_OCTOBER, Q3, WORDS, drafted, measured, published, saved

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
MORE = {"en": "The date was wrong.", "es": "La fecha era incorrecta."}


@pytest.fixture(autouse=True)
def clock(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"
    with time_machine.travel(IN_OCTOBER, tick=False):
        yield


def test_quarters_end_where_the_next_begins():
    assert (Q3.first, Q3.last) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (Quarter(2026, 4).next(), Quarter(2026, 1).before()) == (Quarter(2027, 1), Quarter(2025, 4))
    assert last_ended(timezone.now()) == Q3
    assert last_ended(datetime(2026, 10, 1, 3, tzinfo=UTC)) == Quarter(2026, 2), "it is still September in the city"


def test_a_quarter_that_ended_drafts_itself_once_from_its_last_figures():
    measured("cameras", 300, 300, date(2026, 7, 1))
    measured("cameras", 999, 999, date(2026, 10, 1))
    measured("response_rate", 61.2, 80, date(2026, 9, 28))
    update = drafted()
    assert (update.state, update.number, str(update)) == (UpdateState.DRAFT, None, "2026 Q3")
    by_key = {figure["measure"]: figure for figure in update.figures}
    assert by_key["cameras"]["day"] == "2026-09-30"
    assert abs(by_key["cameras"]["value"] - 412) <= 15
    assert (by_key["response_rate"]["value"], by_key["response_rate"]["day"]) == (60, "2026-09-28")
    assert by_key["accepted"]["day"] is None
    assert draft_updates() == 0
    assert draft_due_update(actor=SYSTEM) is None
    assert QuarterlyUpdate.objects.count() == 1
    assert Entry.objects.filter(action="program.update_drafted").count() == 1


def test_each_manager_is_told_of_the_draft_once_and_the_deputy_of_one_who_is_away():
    agency = AgencyFactory.create()
    manager, deputy = staff(Role.PROGRAM_MANAGER, agency), staff(Role.PROGRAM_MANAGER, agency)
    away, elsewhere = staff(Role.PROGRAM_MANAGER, agency), staff(Role.PROGRAM_MANAGER)
    staff(Role.SUPERVISOR, agency)
    today = timezone.localdate(timezone=ZoneInfo(agency.time_zone))
    grant = RoleGrant.objects.get(user=away)
    set_absence(grant=grant, deputy=deputy, first_day=today, last_day=today + timedelta(days=3), by=away)
    update = drafted()
    assert draft_updates() == 0
    told = Message.objects.filter(kind="program.update_drafted")
    assert sorted(one.recipient for one in told) == sorted(one.email for one in (manager, deputy, elsewhere))
    assert all(reverse("admin:program_update", args=[update.public_id]) in one.text for one in told)


def test_nothing_is_drafted_for_a_quarter_that_nobody_measured():
    measured("cameras", 1, 1, date(2026, 10, 2))
    assert draft_due_update(actor=SYSTEM) is None


def test_a_draft_that_was_thrown_away_does_not_come_back():
    update = drafted()
    discard_update(update=update, read=update.version, user=staff(Role.PROGRAM_MANAGER))
    assert draft_due_update(actor=SYSTEM) is None


def test_targets_stand_as_they_stood_when_the_quarter_ended():
    manager = staff(Role.PROGRAM_MANAGER)
    wish = {"measure": "cameras", "agency": None, "due_on": date(2027, 5, 1), "reason": "Why", "request_key": None}
    with time_machine.travel(datetime(2026, 9, 1, 12, tzinfo=UTC), tick=False):
        set_target(user=manager, value=500, read=0, **wish)
    set_target(user=manager, value=900, read=1, **wish)
    figure = next(one for one in drafted().figures if one["measure"] == "cameras")
    assert (figure["target"], figure["due_on"]) == (500, "2027-05-01")


@pytest.mark.parametrize(
    ("key", "value", "base", "said"),
    [
        ("used_in_cases", 4, 4, (None, True)),
        ("used_in_cases", 0, 0, (None, True)),
        ("used_in_cases", 7, 7, (5, False)),
        ("used_in_cases", 8, 8, (10, False)),
        ("response_rate", 100.0, 4, (None, True)),
        ("response_rate", 97.9, 96, (100, False)),
        ("first_footage", 7.4, 4, (None, True)),
        ("first_footage", 7.4, 5, (7, False)),
        ("zone_coverage", 66.6, 3, (66.6, False)),
        ("accepted", None, 0, (None, False)),
    ],
)
def test_the_public_gets_counts_in_fives_and_nothing_made_of_fewer_than_five(key, value, base, said):
    assert public_value(BY_KEY[key], value, base) == said


def test_the_public_number_of_homes_is_off_by_a_little_and_the_same_each_time():
    counts = range(5, 400)
    shown_numbers = [public_value(BY_KEY["partners"], number, number)[0] or 0 for number in counts]
    assert shown_numbers == [public_value(BY_KEY["partners"], number, number)[0] or 0 for number in counts]
    plain = [public_value(BY_KEY["used_in_cases"], number, number)[0] or 0 for number in counts]
    differs = sum(one != other for one, other in zip(shown_numbers, plain, strict=True))
    assert differs > 20, "somebody who controls all other homes cannot find the last one by the step"
    assert max(abs(one - number) for one, number in zip(shown_numbers, counts, strict=True)) < 20


def test_parts_are_protected_like_the_whole():
    measured("looks", 31, 31)
    measured("looks", 3, 3, part=Role.ANALYST)
    measured("looks", 28, 28, part=Role.DETECTIVE)
    by_part = {one.part: one.in_words for one in figures_of(Q3) if one.measure.key == "looks"}
    assert by_part == {"": "about 30", Role.ANALYST: "fewer than 5", Role.DETECTIVE: "about 30"}


def test_words_are_kept_in_each_language_and_figures_cannot_be_written():
    manager, update = staff(Role.PROGRAM_MANAGER), drafted()
    figures = update.figures
    notes = {"cameras": {"en": "More in the south.", "es": "Más en el sur."}, "nonsense": {"en": "x"}}
    update = saved(update, manager, notes=notes)
    assert update.notes == {"cameras": notes["cameras"]}
    assert shown(update, "es").notes["cameras"] == "Más en el sur."
    update.refresh_from_db()
    assert update.figures == figures


def test_it_is_published_whole_or_not_at_all():
    manager, update = staff(Role.PROGRAM_MANAGER), drafted()
    update = saved(update, manager, intro={"en": "Only English."})
    with pytest.raises(InvalidInput) as refused:
        publish_update(update=update, read=update.version, user=manager)
    assert set(refused.value.fields) == {"intro_es"}
    assert newest_update() is None
    update = saved(update, manager)
    done = publish_update(update=update, read=update.version, user=manager)
    assert (done.number, done.published_by, newest_update()) == (1, manager, done)
    entry = Entry.objects.get(action="program.update_published")
    assert entry.facts == {"quarter": "2026 Q3", "number": 1, "digest": done.digest}


def test_a_published_update_never_changes():
    manager = staff(Role.PROGRAM_MANAGER)
    done = published(manager)
    for act in (
        lambda: saved(done, manager),
        lambda: publish_update(update=done, read=done.version, user=manager),
        lambda: discard_update(update=done, read=done.version, user=manager),
    ):
        with pytest.raises(WrongState):
            act()


def test_a_correction_says_what_changed_and_leaves_the_version_before_it():
    manager = staff(Role.PROGRAM_MANAGER)
    first = published(manager)
    second = draft_correction(quarter=Q3, user=manager)
    assert draft_correction(quarter=Q3, user=manager) == second, "there is one draft of a quarter"
    assert second.intro == WORDS
    with pytest.raises(InvalidInput) as refused:
        publish_update(update=second, read=second.version, user=manager)
    assert set(refused.value.fields) == {"changes_en", "changes_es"}
    second = saved(second, manager, changes=MORE)
    publish_update(update=second, read=second.version, user=manager)
    assert get_published("2026-q3").number == 2
    assert get_published("2026-q3", 1) == first
    assert published_quarters() == [Q3]
    for slug, number in (("2026-q2", None), ("2026-q3", 3), ("nonsense", None)):
        with pytest.raises(NotFound):
            get_published(slug, number)


def test_nobody_overwrites_a_colleagues_words_unseen():
    update = drafted()
    saved(update, staff(Role.PROGRAM_MANAGER))
    for act in (save_update, publish_update, discard_update):
        words = {"intro": MORE, "changes": {}, "notes": {}} if act is save_update else {}
        with pytest.raises(Stale):
            act(update=update, read=update.version, user=staff(Role.PROGRAM_MANAGER), **words)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROGRAM_MANAGER])
def test_no_other_role_writes_or_publishes(role):
    update, user = drafted(), staff(role)
    with pytest.raises(NotAllowed):
        saved(update, user)
    for act in (publish_update, discard_update):
        with pytest.raises(NotAllowed):
            act(update=update, read=update.version, user=user)
    with pytest.raises(NotAllowed):
        draft_correction(quarter=Q3, user=user)
    sees = role in (Role.SUPERVISOR, Role.AUDITOR)
    assert list(viewable_updates(user)) == ([update] if sees else [])
    assert can_view_update(user, update) == sees


def test_there_is_nothing_to_correct_before_something_is_published():
    drafted()
    with pytest.raises(NotFound):
        draft_correction(quarter=Q3, user=staff(Role.PROGRAM_MANAGER))


def test_a_measure_that_the_portal_no_longer_has_leaves_old_updates_readable():
    update = drafted()
    update.figures = [*update.figures, {**update.figures[0], "measure": "gone"}]
    assert len(shown(update, "en").figures) == len(update.figures) - 1


def test_a_gap_at_the_end_of_the_quarter_takes_the_last_day_there_is():
    measured("partners", 50, 50, Q3.last - timedelta(days=9))
    assert next(one.day for one in figures_of(Q3) if one.measure.key == "partners") == date(2026, 9, 21)
