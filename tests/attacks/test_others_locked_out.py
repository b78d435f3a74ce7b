"""Others locked out: what somebody types wrong keeps nobody else out."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tallies import Counter, Limit, take
from apps.links import throttle
from apps.links.models import Link
from apps.links.services import issue_link
from apps.prospects.link_kinds import OWNER
from tests.factories.at_once import at_once
from tests.factories.links import post_secret

CAMPUS = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def link(db) -> Link:
    return issue_link(kind=OWNER, subject=uuid4())


@pytest.mark.parametrize("secret", ["token", "code"])
def test_a_right_link_opens_from_a_campus_where_somebody_guesses_all_day(link, secret):
    for number in range(throttle.WRONG_GUESSES * 2):
        answer = post_secret(Client(), "owner", link.subject, f"wrong {number}", **CAMPUS)
        assert answer.status_code == (403 if number < throttle.WRONG_GUESSES else 429)
    assert post_secret(Client(), "owner", link.subject, getattr(link, secret), **CAMPUS).status_code == 303


def test_a_right_code_alone_opens_from_there_too(link):
    for number in range(throttle.WRONG_GUESSES * 2):
        Client().post(reverse("links:code"), {"code": f"wrong {number}"}, **CAMPUS)
    assert Client().post(reverse("links:code"), {"code": link.code}, **CAMPUS).status_code == 303


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_counts_nothing(link, method):
    pages = [OWNER.path(link.subject), OWNER.path(uuid4()), reverse("links:code")]
    for _ in range(throttle.WRONG_GUESSES):
        for page in pages:
            assert getattr(Client(), method)(page, **CAMPUS).status_code == 200
    assert post_secret(Client(), "owner", link.subject, "wrong", **CAMPUS).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_sixty_guesses_at_once_ten_pass():
    limit = Limit("test", 10, 600)
    results = at_once(60, lambda n: take(Counter(limit, "one address")))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(result.passes for result in results) == 10


@pytest.mark.django_db(transaction=True)
def test_of_sixty_wrong_codes_posted_at_once_ten_are_answered_and_the_right_one_opens():
    link = issue_link(kind=OWNER, subject=uuid4())
    answers = at_once(60, lambda n: Client().post(reverse("links:code"), {"code": f"wrong {n}"}, **CAMPUS).status_code)
    assert sorted(answers) == [422] * 10 + [429] * 50
    assert Client().post(reverse("links:code"), {"code": link.code}, **CAMPUS).status_code == 303
