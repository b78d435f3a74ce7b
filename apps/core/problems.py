"""How a refusal reaches the person: a page for a browser, a problem document (RFC 9457) for a program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error as default_server_error
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from apps.core.errors import DatabaseAway, PortalError

PROBLEM_TYPE = "application/problem+json"


def title_of(status: int) -> str:
    """A heading in plain words for the status of a refusal."""
    titles = {
        403: _("This is not for you to do"),
        404: _("We cannot find that"),
        409: _("Something changed in the meantime"),
        410: _("This is over"),
        422: _("Please look at this again"),
        429: _("Too many tries"),
        503: _("Please try again"),
    }
    return titles.get(status, _("This did not work"))


def document(error: PortalError) -> dict[str, Any]:
    """The body of a problem document: title, status, detail, code, and sentences by field if there are any."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(error.status),
        "status": error.status,
        "detail": str(error.message),
        "code": error.code,
    }
    fields = getattr(error, "fields", None)
    if fields:
        body["fields"] = {name: str(sentence) for name, sentence in fields.items()}
    return body


def wants_json(request: HttpRequest) -> bool:
    """Programs say so in Accept, or do not ask for HTML at all; a browser's own navigation always asks for it."""
    if request.path.startswith("/api/"):
        return True
    preferred = request.get_preferred_type(["text/html", "application/json", PROBLEM_TYPE])
    return preferred is not None and preferred != "text/html"


def problem_response(request: HttpRequest, error: PortalError) -> HttpResponse:
    """Answer a refusal in the form that the caller reads. Nothing but the refusal's own sentence is shown."""
    if wants_json(request):
        answer: HttpResponse = JsonResponse(document(error), status=error.status, content_type=PROBLEM_TYPE)
    elif isinstance(error, DatabaseAway):
        # The usual page asks the database who is reading.
        answer = HttpResponse(render_to_string("503.html"), status=error.status)
    else:
        context = {
            "heading": title_of(error.status),
            "message": error.message,
            "fields": getattr(error, "fields", {}),
            "status": error.status,
        }
        answer = render(request, "problem.html", context, status=error.status)
    answer["Cache-Control"] = "no-store"
    if error.retry_after:
        answer["Retry-After"] = str(error.retry_after)
    return answer


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's `handler500`, called while the error is being handled.

    Middleware that asks the database stands outside of `ProblemMiddleware`, so its refusals come here.
    """
    error = sys.exc_info()[1]
    if isinstance(error, PortalError):
        return problem_response(request, error)
    return default_server_error(request)


class ProblemMiddleware:
    """Turns a PortalError that leaves a view into its page or document. Other errors pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PortalError):
            return problem_response(request, exception)
        return None


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The same problem document from the API's views, also for what the framework itself refuses."""
    if isinstance(error, PortalError):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        return Response(document(error), status=error.status, headers=headers, content_type=PROBLEM_TYPE)
    if isinstance(error, RecursionError):
        # JSON of lists within lists, thousands deep: the parser gives up in its own way.
        error = ParseError()
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(response.status_code),
        "status": response.status_code,
        "detail": _("Please look at the fields again."),
        "code": "invalid",
    }
    if isinstance(error, ValidationError):
        body["fields"] = dict(_sentences(error.detail))
    else:
        body["detail"] = str(response.data.get("detail", body["title"]))
        body["code"] = str(getattr(error, "default_code", "") or "refused")
    headers = {name: value for name, value in response.items() if name in ("WWW-Authenticate", "Retry-After")}
    return Response(body, status=response.status_code, headers=headers, content_type=PROBLEM_TYPE)


def _sentences(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The framework's nested lists and mappings of sentences as `field.0.inner` and one sentence each."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _sentences(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _sentences(inner, f"{path}.{index}" if path else str(index))
    elif detail:
        yield path or "non_field_errors", " ".join(map(str, detail if isinstance(detail, list) else [detail]))
