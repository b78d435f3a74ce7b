"""What a report says, reduced to three words that say nothing about a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

DIRECTIVES = frozenset(
    """base-uri child-src connect-src default-src font-src form-action frame-ancestors frame-src img-src manifest-src
    media-src object-src script-src script-src-attr script-src-elem style-src style-src-attr style-src-elem
    worker-src""".split()
)
WORDS = frozenset({"inline", "eval", "wasm-eval"})
MOST_IN_ONE = 10
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,70}[a-z0-9])?")
_SCHEMES = {"http", "https", "ws", "wss"}


@dataclass(frozen=True, slots=True)
class Violation:
    """What was kept of a report."""

    directive: str
    blocked: str
    page: str


def violations_in(body: bytes, *, hosts: set[str]) -> Iterator[Violation]:
    """What the body reports about pages of these hosts, by either of the two forms that browsers send."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    for report in _reports(said):
        directive, blocked, page = (report.get(name) for name in ("directive", "blocked", "page"))
        if isinstance(directive, str) and isinstance(blocked, str) and isinstance(page, str):
            found = _violation(directive, blocked, page, hosts)
            if found is not None:
                yield found


def _reports(said: Any) -> Iterator[dict[str, Any]]:
    if isinstance(said, dict) and isinstance(said.get("csp-report"), dict):
        one = said["csp-report"]
        directive = one.get("effective-directive") or one.get("violated-directive")
        yield {"directive": directive, "blocked": one.get("blocked-uri"), "page": one.get("document-uri")}
    for one in said[:MOST_IN_ONE] if isinstance(said, list) else ():
        if isinstance(one, dict) and one.get("type") == "csp-violation" and isinstance(one.get("body"), dict):
            inner = one["body"]
            yield {
                "directive": inner.get("effectiveDirective"),
                "blocked": inner.get("blockedURL"),
                "page": inner.get("documentURL"),
            }


def _violation(directive: str, blocked: str, page: str, hosts: set[str]) -> Violation | None:
    directive = directive.split(" ")[0]
    name, origin = _page_name(page, hosts), _origin(blocked, hosts)
    if directive not in DIRECTIVES or not name or not origin:
        return None
    return Violation(directive, origin, name)


def _page_name(page: str, hosts: set[str]) -> str:
    try:
        parts = urlsplit(page)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() not in hosts:
            return ""
        return resolve(parts.path).view_name[:100]
    except (ValueError, Resolver404):
        return ""


def _origin(blocked: str, hosts: set[str]) -> str:
    """An origin, "self", a word, or "other"; empty for what a browser's extension did."""
    if blocked in WORDS:
        return blocked
    try:
        parts = urlsplit(blocked if "://" in blocked or ":" in blocked else f"{blocked}:")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "other"
    if parts.scheme in ("data", "blob"):
        return f"{parts.scheme}:"
    if parts.scheme not in _SCHEMES:
        return "" if parts.scheme.endswith("extension") else "other"
    if parts.netloc.lower() in hosts:
        return "self"
    if not _HOST.fullmatch(host):
        return "other"
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"
