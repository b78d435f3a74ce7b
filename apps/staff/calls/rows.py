"""The rows of the board as HTML, for the board and for a screen on the wall."""

from __future__ import annotations

import hashlib
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response

from apps.calls.models import Call


def rows_of(calls: list[Call], *, own: set[int], several: bool = False, on_wall: bool = False) -> str:
    """They hold no age and no token, so equal boards are equal texts. `own` are agencies, by key; `several` names them.

    On a screen of the wall nothing is a link, because nothing else opens there.
    """
    context = {"calls": calls, "several": several, "own": own, "on_wall": on_wall}
    return render_to_string("admin/calls/_rows.html", context)


def answer_rows(request: HttpRequest, body: str) -> HttpResponse:
    """The rows alone, for a board that follows them. Unchanged ones are a 304 without a body."""
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = HttpResponse(body, headers={"Cache-Control": "private, no-cache", "ETag": tag})
    return cast(HttpResponse, get_conditional_response(request, etag=tag, response=response))
