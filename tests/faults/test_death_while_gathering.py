"""A worker may be killed at any point between holding a letter, gathering a digest and sending it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.notifications import sending
from apps.notifications.models import Message, Way
from apps.notifications.states import MessageState
from tests.factories.footage_requests import submitted
from tests.factories.people import AgencyFactory, staff
from tests.factories.telling import NEW_YORK, chosen
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = datetime(2026, 7, 6, 15, tzinfo=ZoneInfo(NEW_YORK))
HOUR = datetime(2026, 7, 7, 7, tzinfo=ZoneInfo(NEW_YORK))
LATER = timedelta(minutes=6)  # a lease runs out


def test_each_line_is_told_once_whenever_the_worker_died(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    agency = AgencyFactory.create(time_zone=NEW_YORK)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    with time_machine.travel(EVENING, tick=False):
        chosen(supervisor, submitted=Way.DIGEST)
    number, deaths, died = 1, 0, True
    while died:
        settings.EMAIL_FILE_PATH = str(tmp_path / str(number))
        day = timedelta(days=number)
        with time_machine.travel(EVENING + day, tick=False):
            codes = [submitted(author, agency).code for _ in range(2)]
            sending.send_due()
        assert Message.objects.filter(state=MessageState.HELD).count() == 2
        with time_machine.travel(HOUR + day, tick=False):
            died = die_at(number, sending.send_due)
        deaths += died
        for _again in range(2):
            with time_machine.travel(HOUR + day + LATER, tick=False):
                sending.send_due()
        (digest,) = Message.objects.filter(kind="digest.waiting", not_before__gte=EVENING + day)
        assert digest.state == MessageState.SENT, number
        assert not Message.objects.filter(state=MessageState.HELD).exists(), number
        mails = "".join(path.read_text() for path in Path(settings.EMAIL_FILE_PATH).glob("*") if path.is_file())
        arrived = mails.count("Message-ID:")
        assert 1 <= arrived <= 1 + digest.possible_doubles, number
        assert [mails.count(f"{code}:") for code in codes] == [arrived] * 2, number
        number += 1
        assert number < 200
    assert deaths > 15


def test_a_worker_killed_while_it_holds_a_letter_loses_none(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    agency = AgencyFactory.create(time_zone=NEW_YORK)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    with time_machine.travel(EVENING, tick=False):
        chosen(supervisor, submitted=Way.DIGEST)
    number, died = 1, True
    while died:
        with time_machine.travel(EVENING, tick=False):
            submitted(author, agency)
            died = die_at(number, sending.send_due)
        with time_machine.travel(EVENING + LATER, tick=False):
            sending.send_due()
        assert Message.objects.filter(state=MessageState.HELD).count() == number
        number += 1
        assert number < 200
    assert number > 10
