"""One form, sent by an impatient finger, and counts that race past their limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from apps.agencies.models import Role
from apps.core.errors import Stale, TooMany
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.services import count_partners, update_request
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.footage_requests import circle, content, draft, window
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 8


def at_once(act):
    """What each of the crowd got or met, all started together."""
    together = Barrier(CROWD)

    def run(_number):
        try:
            together.wait(20)
            return act()
        except TooMany:
            return "too many"
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(run, range(CROWD)))


def test_one_form_sent_many_times_at_once_is_one_draft():
    agency = AgencyFactory.create()
    author, key = staff(Role.DETECTIVE, agency), uuid4()
    made = set(at_once(lambda: draft(author, agency, request_key=key).pk))
    assert made == set(FootageRequest.objects.values_list("pk", flat=True))
    assert len(made) == 1
    assert Entry.objects.filter(action="request.drafted").count() == 1


def test_counts_at_once_do_not_pass_the_limit(settings):
    settings.COUNTS_PER_HOUR = 3
    agency = AgencyFactory.create()
    author, asked = staff(Role.DETECTIVE, agency), {"area": circle(), **window()}
    answers = at_once(lambda: count_partners(user=author, agency=agency, actor=actor_for(author), **asked))
    assert answers.count("too many") == CROWD - 3
    assert Entry.objects.filter(action="request.counted").count() == 3


def test_a_draft_sent_to_two_cases_at_once_goes_to_one_and_the_other_form_is_told():
    agency = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    request, numbers = draft(author, agency), iter(f"26-{number}" for number in range(CROWD))

    def move():
        try:
            given = content(case_number=next(numbers))
            return update_request(user=author, request=request, version=1, actor=actor_for(author), **given).case.number
        except Stale:
            return "stale"

    answers = at_once(move)
    request.refresh_from_db()
    assert sorted(answers) == sorted([request.case.number, *["stale"] * (CROWD - 1)])
