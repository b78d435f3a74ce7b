"""How a refusal reaches a person or a program."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.core.errors import InvalidInput, NotFound, PortalError, TooMany
from apps.core.problems import ProblemMiddleware, api_exception_handler


def _answer(error, **headers):
    request = RequestFactory().get("/somewhere/", **headers)
    return ProblemMiddleware(lambda _: HttpResponse()).process_exception(request, error)


@pytest.mark.django_db
def test_a_browser_gets_a_page_with_the_sentence_and_nothing_is_kept():
    answer = _answer(NotFound("No such <thing>."), HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status_code == 404
    assert "No such &lt;thing&gt;." in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_program_gets_a_problem_document_with_fields():
    answer = _answer(InvalidInput("Look again.", fields={"area": "Too wide."}), HTTP_ACCEPT="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["detail"] == "Look again."
    assert body["fields"] == {"area": "Too wide."}


def test_other_errors_pass():
    assert _answer(RuntimeError("a defect")) is None


@pytest.mark.parametrize(("error", "status"), [(TooMany("Wait."), 429), (PortalError("No."), 400)])
def test_the_api_answers_the_same(error, status):
    answer = api_exception_handler(error, {})
    assert answer.status_code == status
    assert answer.data["detail"] == str(error.message)
