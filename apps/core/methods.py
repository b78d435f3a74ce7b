"""Which HTTP methods an address takes: GET, HEAD and POST, and what its view declares beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

METHODS = ("GET", "HEAD", "POST")


class MethodsMiddleware:
    """Answers 405 before any view runs.

    A view that asks `if request.method == "POST"` takes every other method for GET, and Django's form views take PUT
    for POST. REST framework's views (`cls`) refuse by themselves; another view, or its class, declares what
    it takes besides in `more_methods`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        allowed = methods_of(view)
        if allowed is None or request.method in allowed:
            return None
        return HttpResponseNotAllowed(allowed)


def methods_of(view: Any) -> tuple[str, ...] | None:
    """The methods that reach this view; None for a view of REST framework, which answers for itself."""
    if hasattr(view, "cls"):
        return None
    more: Iterable[str] = getattr(getattr(view, "view_class", view), "more_methods", ())
    return (*METHODS, *more)
