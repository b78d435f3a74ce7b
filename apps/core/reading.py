"""While a page is read, what it asks again and again is asked once.

A page of the staff asks for the person's roles in its menu, its lists and its panels. Nothing changes between these
questions, so a request that only reads (GET, HEAD) keeps the first answer until it ends. A request that writes keeps
nothing, but while it shows its menu: its services look again under their locks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers_of_this_page", default=None)


class ReadingMiddleware:
    """Opens and closes the memory of one page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading():
            return self.get_response(request)


@contextmanager
def reading() -> Iterator[None]:
    """Here nothing is written, so what is asked again is asked once; within a page that reads it is that page's.

    For what a request that writes only shows: the menu beside a form that was refused.
    """
    if is_reading():
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def is_reading() -> bool:
    """Whether this runs for a request that only reads."""
    return _answers.get() is not None


def keep_answer(question: Hashable, answer: Any) -> None:
    """Keep what another query brought along, for whoever asks in this page; outside a page it is not kept."""
    answers = _answers.get()
    if answers is not None:
        answers[question] = answer


def asked_once(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer, asked for once a page; outside a page that is only read it is asked for each time."""
    answers = _answers.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    found: Answer = answers[question]
    return found
