"""How Mozilla's HTTP Observatory would score an answer over HTTPS, by its published table (charts.js, 2026)."""

from __future__ import annotations

import re
from http.cookies import Morsel
from typing import Any

BASE = 100
BONUS_FROM = 90  # bonuses count where the penalties leave so much
SIX_MONTHS = 15_768_000
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "https://*", "http://*.*", "https://*.*"}
PRIVATE_REFERRER = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def score(response: Any) -> tuple[int, list[str]]:
    """The score, and a line for each penalty."""
    tests = (_policy, _cookies, _sharing, _referrer, _transport, _scripts, _sniffing, _framing, _resources)
    given = {test.__name__.strip("_"): test(response) for test in tests}
    reached = BASE + sum(points for points in given.values() if points < 0)
    if reached >= BONUS_FROM:
        reached += sum(points for points in given.values() if points > 0)
    return reached, [f"{name}: {points}" for name, points in given.items() if points < 0]


def policy_of(response: Any) -> dict[str, set[str]]:
    """The directives of the answer's Content-Security-Policy."""
    parts = [part.split() for part in response.headers.get("Content-Security-Policy", "").split(";")]
    return {part[0].lower(): set(part[1:]) for part in parts if part}


def _policy(response: Any) -> int:
    policy = policy_of(response)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style, thing = (policy.get(f"{name}-src", default) for name in ("script", "style", "object"))
    if script & (BROAD | {"'unsafe-inline'", "data:"}) or thing & BROAD:
        return -20
    passive = ("img-src", "media-src")
    active = set().union(*(sources for name, sources in policy.items() if name not in passive))
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if any(one.startswith(("http:", "ftp:")) for name in passive for one in policy.get(name, default)):
        return -10
    if style & (BROAD | {"'unsafe-inline'", "data:"}):
        return 0
    return 10 if default == {"'none'"} else 5


def _cookies(response: Any) -> int:
    cookies: list[Morsel[str]] = [one for one in response.cookies.values() if one["max-age"] != 0]
    if not cookies:
        return 0
    points = [5]
    for one in cookies:
        session, token = "sess" in one.key.lower(), "csrf" in one.key.lower()
        if not one["secure"]:
            points.append(-40 if session else -20)
        if session and not one["httponly"]:
            points.append(-30)
        if one["samesite"] not in ("Lax", "Strict"):
            points.append(-20 if one["samesite"] or token else 0)
    return min(points)


def _sharing(response: Any) -> int:
    open_to = response.headers.get("Access-Control-Allow-Origin")
    return -50 if open_to and response.headers.get("Access-Control-Allow-Credentials") else 0


def _referrer(response: Any) -> int:
    said = response.headers.get("Referrer-Policy")
    return 0 if said is None else 5 if said in PRIVATE_REFERRER else -5


def _transport(response: Any) -> int:
    found = re.search(r"max-age=(\d+)", response.headers.get("Strict-Transport-Security", ""))
    return -20 if not found else 0 if int(found[1]) >= SIX_MONTHS else -10


def _scripts(response: Any) -> int:
    """Ours all come from the same origin; another one's without a digest would cost."""
    if response.streaming or "html" not in response.headers.get("Content-Type", ""):
        return 0
    sources = re.findall(r"<script[^>]*\ssrc=[\"']?([^\"' >]+)", response.content.decode())
    return -50 if any(one.startswith(("http:", "//")) for one in sources) else 0


def _sniffing(response: Any) -> int:
    return 0 if response.headers.get("X-Content-Type-Options") == "nosniff" else -5


def _framing(response: Any) -> int:
    ancestors = policy_of(response).get("frame-ancestors")
    if ancestors and not ancestors & BROAD:
        return 5
    return 0 if response.headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def _resources(response: Any) -> int:
    return 10 if response.headers.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site") else 0
