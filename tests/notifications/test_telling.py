"""Staff choose how they are told what waits: at once, once a day, or in the page; and when their mails are quiet."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import mail

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.staff_mails import tell
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.footage_requests.services import return_request, withdraw_request
from apps.ledger.models import Entry
from apps.notifications import sending
from apps.notifications.choices import rules_of
from apps.notifications.erasing import erase_messages
from apps.notifications.models import Message, TellingRules, Way
from apps.notifications.services import Wish, choose_telling, gather_held
from apps.notifications.states import MessageState
from apps.notifications.topics import TOPICS, topics_for
from tests.factories.access import asked_for_places
from tests.factories.actors import actor_for
from tests.factories.footage_requests import submitted
from tests.factories.people import AgencyFactory, UserFactory, staff
from tests.factories.telling import NEW_YORK, chosen

pytestmark = pytest.mark.django_db

AUTHORS = {"prepared", "returned", "approved", "reviewed", "footage", "deadline", "owner_wrote", "not_right"}


def at(text: str, *, fold: int = 0, zone: str = NEW_YORK) -> time_machine.travel:
    """The clock on the wall in this zone says so."""
    return time_machine.travel(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold), tick=False)


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create(time_zone=NEW_YORK)


@pytest.fixture
def detective(agency: Agency) -> User:
    return staff(Role.DETECTIVE, agency)


@pytest.fixture
def supervisor(agency: Agency) -> User:
    return staff(Role.SUPERVISOR, agency)


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_who_never_chose_is_mailed_at_once_as_before(agency, detective, supervisor):
    request = submitted(detective, agency)
    assert sending.send_due() == 1
    (letter,) = mail.outbox
    assert letter.to == [supervisor.email]
    assert request.code in letter.body


def test_in_the_page_only_means_no_mail(agency, detective, supervisor):
    chosen(supervisor, submitted=Way.PAGE)
    submitted(detective, agency)
    assert sending.send_due() == 0
    assert Message.objects.count() == 0


def test_a_digest_comes_once_at_its_hour_and_says_what_waits(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST, places_asked=Way.DIGEST, digest_at="07:30")
        first, second = submitted(detective, agency), submitted(detective, agency)
        asked = asked_for_places(detective, agency)
        assert sending.send_due() == 0
    assert states() == [MessageState.HELD] * 3
    with at("2026-07-07T07:29"):
        assert sending.send_due() == 0
    with at("2026-07-07T07:30"):
        assert [sending.send_due() for _ in range(3)] == [1, 0, 0]
    (letter,) = mail.outbox
    assert letter.to == [supervisor.email]
    assert letter.body.index(first.code) < letter.body.index(second.code)
    assert str(asked.public_id) in letter.body
    assert asked.case.number not in letter.body
    assert first.case.number not in letter.body
    with at("2026-07-08T07:30"):
        assert sending.send_due() == 0
    assert states() == [MessageState.GATHERED] * 3 + [MessageState.SENT]
    assert set(Message.objects.values_list("text", flat=True)) == {""}


def test_what_was_done_meanwhile_is_left_out_and_an_empty_digest_is_not_sent(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        done, waits = submitted(detective, agency), submitted(detective, agency)
        sending.send_due()
        _withdraw(detective, done)
    with at("2026-07-07T07:00"):
        assert sending.send_due() == 1
    (letter,) = mail.outbox
    assert waits.code in letter.body
    assert done.code not in letter.body
    with at("2026-07-07T09:00"):
        later = submitted(detective, agency)
        sending.send_due()
        _withdraw(detective, later)
    with at("2026-07-08T07:00"):
        assert sending.send_due() == 0
    assert len(mail.outbox) == 1


def test_what_is_decided_while_the_mail_server_is_away_is_left_out_too(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        request = submitted(detective, agency)
        sending.send_due()
    with at("2026-07-07T07:00"):
        assert gather_held() == 1
    with at("2026-07-07T08:00"):
        other = staff(Role.SUPERVISOR, agency)
        return_request(user=other, request=request, version=request.version, reason="Narrower.", actor=actor_for(other))
        assert sending.send_due() == 0
    assert Message.objects.get(kind="digest.waiting").state == MessageState.DROPPED


def test_a_role_that_was_lost_is_told_nothing_any_more(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
    RoleGrant.objects.filter(user=supervisor).update(ended_at=datetime(2026, 7, 6, 20, tzinfo=UTC))
    with at("2026-07-07T07:00"):
        assert sending.send_due() == 0
    assert mail.outbox == []


def test_a_letter_that_waits_for_the_end_of_quiet_hours_is_not_told_to_a_role_that_was_lost(
    agency, detective, supervisor
):
    with at("2026-07-06T23:00"):
        chosen(supervisor, quiet=("22:00", "06:00"))
        submitted(detective, agency)
        sending.send_due()
    RoleGrant.objects.filter(user=supervisor).update(ended_at=datetime(2026, 7, 7, 5, tzinfo=UTC))
    with at("2026-07-07T06:00"):
        assert sending.send_due() == 0
    assert states() == [MessageState.DROPPED]


def test_in_quiet_hours_mails_wait_until_the_end(agency, detective, supervisor):
    with at("2026-07-06T22:00"):
        chosen(supervisor, quiet=("22:00", "06:00"))
        submitted(detective, agency)
        assert sending.send_due() == 0
    with at("2026-07-07T05:59"):
        assert sending.send_due() == 0
    with at("2026-07-07T06:00"):
        assert sending.send_due() == 1


@pytest.mark.parametrize(
    ("now", "fold", "early", "then"),
    [
        # In March the clock goes from 2 to 3: quiet hours until 02:30 are as long as ever.
        ("2026-03-08T01:30", 0, "2026-03-08T03:29", "2026-03-08T03:30"),
        # In November 01:30 comes twice, and the second one is in the hours too.
        ("2026-11-01T01:30", 1, "2026-11-01T02:29", "2026-11-01T02:30"),
    ],
)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(agency, detective, supervisor, now, fold, early, then):
    with at(now, fold=fold):
        chosen(supervisor, quiet=("23:00", "02:30"))
        submitted(detective, agency)
        assert sending.send_due() == 0
    with at(early):
        assert sending.send_due() == 0
    with at(then):
        assert sending.send_due() == 1


def test_a_digest_waits_for_the_end_of_quiet_hours_too(agency, detective, supervisor):
    with at("2026-07-06T12:00"):
        chosen(supervisor, submitted=Way.DIGEST, digest_at="05:00", quiet=("22:00", "06:00"))
        submitted(detective, agency)
        sending.send_due()
    with at("2026-07-07T05:00"):
        assert sending.send_due() == 0
    with at("2026-07-07T06:00"):
        assert sending.send_due() == 1


@pytest.mark.parametrize(
    ("before", "digest_at", "then"),
    [
        ("2026-03-07T12:00", "02:30", "2026-03-08T03:30"),  # the clock skips 02:30
        ("2026-10-31T12:00", "01:30", "2026-11-01T01:30"),  # it shows 01:30 twice: the first counts
        ("2026-11-01T01:30", "01:30", "2026-11-02T01:30"),
        ("2026-07-06T07:00", "07:00", "2026-07-07T07:00"),
    ],
)
def test_the_hour_of_the_digest_is_one_moment_of_each_day(before, digest_at, then):
    rules = TellingRules(digest_at=time.fromisoformat(digest_at), time_zone=NEW_YORK)
    zone = ZoneInfo(NEW_YORK)
    moment = rules.next_digest(datetime.fromisoformat(before).replace(tzinfo=zone))
    assert moment == datetime.fromisoformat(then).replace(tzinfo=zone).astimezone(UTC)


def test_an_hour_that_the_clock_shows_twice_brings_one_digest(agency, detective, supervisor):
    with at("2026-10-31T12:00"):
        chosen(supervisor, submitted=Way.DIGEST, digest_at="01:30")
        submitted(detective, agency)
        sending.send_due()
    with at("2026-11-01T01:30"):
        assert sending.send_due() == 1
        second = submitted(detective, agency)
        sending.send_due()
    with at("2026-11-01T01:30", fold=1):
        assert sending.send_due() == 0
    with at("2026-11-02T01:30"):
        assert sending.send_due() == 1
    assert second.code in mail.outbox[1].body


def test_security_letters_and_urgent_requests_go_at_once_whatever_was_chosen(agency, detective, supervisor):
    ways = {topic.name: Way.PAGE for topic in TOPICS.values() if not topic.fixed}
    with at("2026-07-06T23:00"):
        chosen(supervisor, quiet=("22:00", "06:00"), **ways)
        tell("locked", supervisor, key="1")
        for kind in ("violence", "missing_person", "burglary"):
            submitted(detective, agency, incident_type=kind)
        assert sending.send_due() == 3
    assert len({letter.subject for letter in mail.outbox}) == 2


@pytest.mark.parametrize("name", [name for name, topic in TOPICS.items() if topic.fixed])
@pytest.mark.parametrize("way", [Way.DIGEST, Way.PAGE])
def test_what_is_fixed_cannot_be_silenced_by_the_service(supervisor, name, way):
    with pytest.raises(InvalidInput):
        chosen(supervisor, **{name: way})
    assert rules_of(supervisor).version == 0


def test_no_row_of_a_copied_choice_silences_what_is_fixed(agency, detective, supervisor):
    rules = chosen(supervisor, submitted=Way.PAGE)
    rules.ways = dict.fromkeys(TOPICS, Way.PAGE) | {"gone": "whatever"}
    rules.save()
    submitted(detective, agency, incident_type="violence")
    assert sending.send_due() == 1


def test_a_new_choice_leads_what_waits_and_loses_nothing(agency, detective, supervisor):
    with at("2026-07-06T23:00"):
        chosen(supervisor, submitted=Way.DIGEST, quiet=("22:00", "06:00"))
        submitted(detective, agency)
        asked_for_places(detective, agency)
        assert sending.send_due() == 0
        assert states() == [MessageState.HELD, MessageState.QUEUED]
        chosen(supervisor, submitted=Way.AT_ONCE)
        assert sending.send_due() == 2
    assert states() == [MessageState.SENT] * 2


def test_a_new_choice_of_the_page_takes_back_what_is_held(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
        chosen(supervisor, submitted=Way.PAGE)
        assert sending.send_due() == 0
    assert states() == [MessageState.DROPPED]
    assert Message.objects.get().text == ""


def test_a_new_hour_counts_for_what_is_held_already(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
        chosen(supervisor, submitted=Way.DIGEST, digest_at="16:00")
    with at("2026-07-06T16:00"):
        assert sending.send_due() == 1


def test_a_line_that_comes_after_its_hours_digest_was_made_is_in_the_next(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
    with at("2026-07-07T07:00"):
        assert sending.send_due() == 1
    with at("2026-07-06T16:00"):
        late = submitted(detective, agency)
        sending.send_due()
    with at("2026-07-07T07:00"):
        assert sending.send_due() == 0
    with at("2026-07-08T07:00"):
        assert sending.send_due() == 1
    assert late.code in mail.outbox[1].body


def test_trouble_with_one_readers_digest_keeps_nobody_elses(agency, detective, supervisor):
    other = staff(Role.SUPERVISOR, agency)
    with at("2026-07-06T15:00"):
        for person in (supervisor, other):
            chosen(person, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
    TellingRules.objects.filter(user=supervisor).update(ways=["no", "choice"])
    with at("2026-07-07T07:00"):
        sending.send_due()
    assert [letter.to for letter in mail.outbox] == [[other.email]]


def test_a_choice_is_one_entry_and_the_same_again_none(supervisor):
    chosen(supervisor, submitted=Way.DIGEST, quiet=("22:00", "06:00"))
    chosen(supervisor, submitted=Way.DIGEST, quiet=("22:00", "06:00"))
    (entry,) = Entry.objects.filter(action="telling.chosen")
    assert entry.subject.public_id == entry.actor.public_id == str(supervisor.public_id)
    assert entry.facts["ways"] == {"submitted": "digest"}
    assert "22:00" not in str(entry.facts)


def test_topics_that_are_not_in_the_wish_stay(supervisor):
    chosen(supervisor, submitted=Way.DIGEST)
    assert chosen(supervisor, places_asked=Way.PAGE).ways == {"submitted": "digest", "places_asked": "page"}


def test_two_windows_do_not_overwrite_each_other(supervisor):
    chosen(supervisor, submitted=Way.DIGEST)
    wish = Wish({"submitted": Way.PAGE}, time(7), None, None, NEW_YORK)
    with pytest.raises(Stale):
        choose_telling(user=supervisor, wish=wish, version=0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ways": {"submitted": "loud"}}, "submitted"),
        ({"ways": {"nothing": "page"}}, "nothing"),
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_until": time(6)}, "quiet_from"),
        ({"quiet_from": time(6), "quiet_until": time(6)}, "quiet_until"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
def test_what_is_no_choice_is_refused(supervisor, changes, field):
    fields = {"ways": {}, "digest_at": time(7), "quiet_from": None, "quiet_until": None, "time_zone": NEW_YORK}
    with pytest.raises(InvalidInput) as refused:
        choose_telling(user=supervisor, wish=Wish(**{**fields, **changes}), version=0)
    assert list(refused.value.fields) == [field]


def test_partners_have_no_such_choice():
    with pytest.raises(NotAllowed):
        chosen(UserFactory.create())


@pytest.mark.parametrize(
    ("role", "choosable"),
    [
        (Role.DETECTIVE, {"absences", "trainings", "places_decided", "export_news", "redaction_news"} | AUTHORS),
        (
            Role.SUPERVISOR,
            {"absences", "trainings", "places_asked", "places_decided", "submitted", "export_asked", "export_news"}
            | {"redaction_asked", "redaction_news"}
            | AUTHORS,
        ),
        (Role.PROGRAM_MANAGER, {"absences", "trainings", "update_drafted", "imports"}),
        (Role.AUDITOR, {"absences", "trainings"}),
        (
            Role.RECORDS_CUSTODIAN,
            {
                "absences",
                "trainings",
                "export_asked",
                "export_news",
                "grant_asked_again",
                "hold_review",
                "records_clock",
                "records_review",
                "redaction_asked",
                "redaction_news",
            },
        ),
    ],
)
def test_each_role_chooses_about_what_it_can_get(role, choosable):
    topics = topics_for(staff(role))
    assert {topic.name for topic in topics if not topic.fixed} == choosable
    assert "security" in {topic.name for topic in topics}


def test_every_letter_to_staff_belongs_to_a_topic():
    """A kind of letter in the code that goes to staff and is in no topic would be missing on the page."""
    elsewhere = {
        "account",
        "appeal",
        "association",
        "camera",
        "digest",
        "evidence",
        "ledger",
        "member",
        "owner",
        "partner",
        "terms",
    }
    known = {kind.partition(".")[0] for topic in TOPICS.values() for kind in topic.kinds}
    from apps.staff.log.admin import _TOPICS

    assert set(_TOPICS) == known | elsewhere


def test_erasing_a_person_takes_the_choice_and_what_is_held(agency, detective, supervisor):
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
        erase_messages(addresses=[supervisor.email], public_id=supervisor.public_id)
    message = Message.objects.get()
    assert (message.state, message.reader, message.about, message.digest_line) == (MessageState.DROPPED, None, None, "")
    assert not TellingRules.objects.exists()
    with at("2026-07-07T07:00"):
        assert sending.send_due() == 0


def test_the_letter_speaks_the_readers_language(agency, detective, supervisor):
    User.objects.filter(pk=supervisor.pk).update(language="es")
    with at("2026-07-06T15:00"):
        chosen(supervisor, submitted=Way.DIGEST)
        submitted(detective, agency)
        sending.send_due()
    with at("2026-07-07T07:00"):
        sending.send_due()
    (letter,) = mail.outbox
    assert "Hola" in letter.body
    assert f"{django_settings.SITE_URL.rstrip('/')}/admin/told/" in letter.body


def _withdraw(author: User, request: object) -> None:
    withdraw_request(user=author, request=request, reason="Solved.", actor=actor_for(author))
