"""A practice portal serves a practice city and nothing else; a real portal never serves one."""

from __future__ import annotations

import pytest
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, transaction
from django.http import HttpResponse

from apps.core import own_database
from apps.core.own_database import OwnDatabaseMiddleware, exit_on_other_database, refuse_other_database
from apps.ledger import practice
from apps.ledger.models import Entry
from apps.ledger.services import record
from apps.ledger.values import Actor, Subject
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
REAL, FOREIGN, EMPTY = practice._REAL, practice._FOREIGN, practice._EMPTY


def append_entry(action: str = "agency.founded") -> None:
    """An act of a real portal."""
    with transaction.atomic():
        record(action, Subject.of("agency", "1"), Actor.system("test"))


def refusals() -> set[str]:
    """What each door says: a web process, a worker, `prepare_database`, and any other command."""
    said = set()
    for enter in (
        lambda: OwnDatabaseMiddleware(lambda request: HttpResponse()),
        exit_on_other_database,
        lambda: call_command("prepare_database", verbosity=0),
        lambda: call_command("check", databases=["default"]),
    ):
        with pytest.raises((ImproperlyConfigured, SystemExit, CommandError, SystemCheckError)) as refused:
            enter()
        said |= {words for words in (REAL, FOREIGN, EMPTY) if words in str(refused.value)} or {str(refused.value)}
    return said


def test_practice_refuses_a_database_with_a_real_ledger(settings) -> None:
    append_entry()
    settings.PRACTICE = True
    assert refusals() == {REAL}
    assert Entry.objects.count() == 1


def test_practice_refuses_a_database_with_any_row_though_its_ledger_is_empty(settings) -> None:
    UserFactory.create()
    settings.PRACTICE = True
    assert refusals() == {REAL}


def test_under_practice_every_command_asks_whatever_it_is_for(settings) -> None:
    append_entry()
    settings.PRACTICE = True
    with pytest.raises(SystemCheckError, match="holds a real portal"):
        call_command("found_agency", "A", "A", "FL0000000", time_zone="UTC", skip_checks=False)


def test_a_real_portal_refuses_a_practice_city(settings) -> None:
    settings.PRACTICE = True
    practice.open_practice()
    refuse_other_database()
    settings.PRACTICE = False
    assert refusals() == {FOREIGN}


def test_an_empty_database_is_served_only_after_it_was_made_a_practice_city(settings) -> None:
    settings.PRACTICE = True
    with pytest.raises(ImproperlyConfigured, match="prepare_database"):
        refuse_other_database()
    call_command("prepare_database", verbosity=0)
    assert [entry.action for entry in Entry.objects.all()] == [practice.MARK]
    OwnDatabaseMiddleware(lambda request: HttpResponse())
    exit_on_other_database()
    call_command("prepare_database", verbosity=0)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("is_practice", [True, False])
def test_nothing_makes_a_real_database_a_practice_city(settings, is_practice: bool) -> None:
    settings.PRACTICE = is_practice
    append_entry()
    with pytest.raises(ValueError, match="Only an empty database"):
        practice.open_practice()
    practice.open_practice_if_empty("default")
    assert not practice.is_marked()


def test_a_mark_that_is_not_the_first_entry_means_nothing(settings) -> None:
    append_entry()
    settings.PRACTICE = True
    append_entry(practice.MARK)
    assert refusals() == {REAL}


def test_a_real_portal_starts_on_an_empty_and_on_a_real_database() -> None:
    refuse_other_database()
    append_entry()
    refuse_other_database()


def test_a_database_that_did_not_answer_at_the_start_is_asked_before_the_first_page(rf, monkeypatch) -> None:
    answers: list[object] = [OperationalError(), OperationalError(), [Error(REAL)], []]

    def problems() -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(own_database, "database_problems", problems)
    served = []
    portal = OwnDatabaseMiddleware(lambda request: served.append(request) or HttpResponse())
    for refusal in (OperationalError, ImproperlyConfigured):
        with pytest.raises(refusal):
            portal(rf.get("/"))
    assert served == []
    portal(rf.get("/"))
    portal(rf.get("/"))
    assert len(served) == 2
