"""A page that only reads asks a question once; one that writes asks again each time."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.agencies.models import Role, RoleGrant
from apps.agencies.policies import agencies_of, has_role, roles_of, serves_as
from apps.core.reading import ReadingMiddleware, asked_once, is_reading, reading
from tests.factories.people import AgencyFactory, staff


def _answers_during(method: str) -> list[int]:
    answers = iter(range(10))
    found: list[int] = []

    def view(_request: HttpRequest) -> HttpResponse:
        found.extend(asked_once("question", lambda: next(answers)) for _ in range(3))
        return HttpResponse()

    ReadingMiddleware(view)(getattr(RequestFactory(), method)("/"))
    return found


def test_a_page_that_is_read_keeps_the_first_answer() -> None:
    assert _answers_during("get") == _answers_during("head") == [0, 0, 0]


def test_a_request_that_writes_asks_again() -> None:
    assert _answers_during("post") == [0, 1, 2]


def test_nothing_is_kept_after_the_page() -> None:
    _answers_during("get")
    assert not is_reading()
    assert _answers_during("get") == [0, 0, 0]


@pytest.mark.django_db
def test_roles_read_for_a_page_are_the_same_as_those_asked_for_alone() -> None:
    here, there = AgencyFactory.create(), AgencyFactory.create()
    person = staff(Role.DETECTIVE, here)
    RoleGrant.objects.create(user=person, agency=there, role=Role.AUDITOR)

    def said(_request: HttpRequest | None = None) -> list[object]:
        wanted = [(), (Role.DETECTIVE,), (Role.AUDITOR, Role.SUPERVISOR), (Role.SUPERVISOR,)]
        return [
            [set(agencies_of(person, *roles)), serves_as(person, *roles), has_role(person, here, *roles)]
            for roles in wanted
        ] + [roles_of(person, there)]

    found: list[object] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.extend(said(request))
        return HttpResponse()

    ReadingMiddleware(view)(RequestFactory().get("/"))
    assert found == said()


def test_what_a_request_that_writes_only_shows_is_asked_for_once_and_forgotten() -> None:
    answers = iter(range(10))

    def ask() -> int:
        return asked_once("question", lambda: next(answers))

    with reading():
        assert [ask(), ask()] == [0, 0]
        with reading():
            assert ask() == 0
        assert ask() == 0
    assert [ask(), ask()] == [1, 2]
