"""What the value of a setting has to look like beyond its kind. Each function gives a sentence, empty if it fits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_network
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ

from config.settings.mail_url import SCHEME


def _address(text: str, *, schemes: tuple[str, ...], host: bool = True) -> str:
    parts = urlsplit(text)
    if parts.scheme not in schemes or (host and not parts.hostname):
        return f"has to be an address that begins with {' or '.join(f'{one}:' for one in schemes)}"
    return ""


_web = partial(_address, schemes=("https", "http"))


def _service(text: str, *, schemes: tuple[str, ...], example: str) -> str:
    return "" if urlsplit(text).scheme in schemes else f"has to be an address like {example}"


def _store(text: str) -> str:
    parts = urlsplit(text)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    return (
        ""
        if is_folder or (parts.scheme == "s3" and parts.hostname)
        else "has to be file:///folder or s3://bucket/folder"
    )


def _contact(text: str) -> str:
    parts = urlsplit(text)
    is_one = (parts.scheme == "mailto" and "@" in parts.path) or (parts.scheme == "https" and parts.hostname)
    return "" if is_one else "has to be mailto:somebody@city.example or an https address"


def _sender(text: str) -> str:
    return "" if "@" in text.strip("@") else "has to be an e-mail address, as portal@city.example"


def _name_and_password(text: str) -> str:
    name, colon, password = text.partition(":")
    return "" if name and colon and len(password) >= 20 else "has to be name:password, the latter 20 characters or more"


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        return "has to be a time zone's name, like America/New_York"
    return ""


def _bounds(text: str) -> str:
    said = "has to be west,south,east,north in degrees, like -84.60,30.30,-84.05,30.68"
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        return said
    return "" if -180 <= west < east <= 180 and -90 <= south < north <= 90 else said


def _networks(text: str) -> str:
    for one in filter(None, text.split(",")):
        try:
            ip_network(one.strip())
        except ValueError:
            return "has to be networks like 10.0.0.0/8,fd00::/8"
    return ""


def _one_of(text: str, *, words: tuple[str, ...]) -> str:
    return "" if text.strip() in words else f"has to be {', '.join(words[:-1])} or {words[-1]}"


def _at_least(text: str, *, least: int) -> str:
    return "" if int(text) >= least else f"has to be {least} or more"


def _number_of(text: str) -> str:
    return "" if 1 <= int(text) <= 4096 else "has to be a number from 1 to 4096"


def _node(text: str) -> str:
    return "" if text in {str(number) for number in range(1, 256)} else "has to be a number from 1 to 255"


Shape = Callable[[str], str]
SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("SITE_URL", "PRACTICE_URL", "PORTAL_SOURCE_URL", "GEOCODER_URL", "MAP_TILES_URL"), _web),
    "DATABASE_URL": partial(
        _service, schemes=tuple(environ.Env.DB_SCHEMES), example="postgres://portal:password@db.example/portal"
    ),
    "BROKER_URL": partial(
        _service, schemes=("redis", "rediss", "redis+socket", "memory"), example="redis://queue.example/0"
    ),
    "CACHE_URL": partial(
        _service,
        schemes=("unix", *environ.Env.CACHE_SCHEMES),
        example="redis://queue.example/1 or unix:///run/redis.sock",
    ),
    "EMAIL_URL": partial(
        _service, schemes=(SCHEME, *environ.Env.EMAIL_SCHEMES), example="smtp+tls://user:password@mail.example:587"
    ),
    "MAIL_RETURN_ADDRESS": _sender,
    "MAIL_WEBHOOK_SECRET": _name_and_password,
    "TEXTS_URL": partial(
        _service, schemes=("twilio", "folder"), example="twilio://account:token@api.twilio.com?from=+18505550100"
    ),
    "EVIDENCE_URL": _store,
    "FILES_URL": _store,
    "EVIDENCE_S3_ADDRESSING": partial(_one_of, words=("auto", "path", "virtual")),
    "SECURITY_CONTACT": _contact,
    "DEFAULT_FROM_EMAIL": _sender,
    "PORTAL_TIME_ZONE": _time_zone,
    "PORTAL_BOUNDS": _bounds,
    "TRUSTED_PROXY_NETWORKS": _networks,
    "NODE": _node,
    "LOG_FORMAT": partial(_one_of, words=("json", "line")),
    "CLOCK_HOURS": partial(_one_of, words=("0", "12", "24")),
    "SIGN_IN_EVENT_DAYS": partial(_at_least, least=366),
    **dict.fromkeys(("GUNICORN_WORKERS", "GUNICORN_THREADS", "MEDIA_CONCURRENCY", "LOCK_SECONDS"), _number_of),
}
