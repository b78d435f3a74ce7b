"""Says on every answer of a practice portal that nothing there is real.

In a middleware and not in the templates: error pages, pages of libraries, and pages that somebody adds later say it
too. It stands before all others, so that nothing is answered past it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import override

# In ASCII, for headers.
WORDS = "Practice. Nothing here is real."
_LANGUAGE = re.compile(rb"<html[^>]*\slang=[\"']?([a-z]{2})")
_HEAD = re.compile(rb"</head>", re.I)
# The link that skips to the content stays the first one.
_BODY = re.compile(rb"<body[^>]*>(\s*<a [^>]*class=\"skip[^>]*>.*?</a>)?", re.I | re.S)
_FILE = re.compile(r"""(filename=")|(filename=)|(filename\*=[^']*'[^']*')""")


class PracticeMiddleware:
    """A band on each page, a name for each file, a word for robots."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/robots.txt":
            response: HttpResponseBase = HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
        else:
            response = self.get_response(request)
        response["X-Practice"] = WORDS
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        if response.has_header("Content-Disposition"):
            response["Content-Disposition"] = _FILE.sub(r"\g<0>practice-", response["Content-Disposition"])
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            _put_band(response)
        return response


def _put_band(response: HttpResponse) -> None:
    page = response.content
    body = _BODY.search(page)
    if body is None:
        return  # a part of a page, which has its band already
    found = _LANGUAGE.search(page)
    with override(found.group(1).decode() if found else "en"):
        band = render_to_string("demo/_band.html").encode()
    link = render_to_string("demo/_band_link.html").encode()
    page = page[: body.end()] + band + page[body.end() :]
    response.content = _HEAD.sub(lambda end: link + end.group(), page, count=1)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
