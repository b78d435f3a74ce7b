"""What production does not start with: keys that can be guessed, hosts and addresses that let anybody in."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from config.settings.strength import LEAST_BITS, bits_of

FIRST_LINE = "The portal does not start like this:"
LAST_LINE = "Each setting is explained in docs/settings.md."
SHORTEST = 32  # characters of a key
SHORTEST_CODE, FEWEST = 12, 8  # of a practice portal, and different ones among them; wrong ones are counted
# What a practice portal has no use for: mail leaves it never, and its folders are its own.
ONLY_REAL = (
    "EMAIL_URL",
    "MAIL_RETURN_ADDRESS",
    "MAIL_WEBHOOK_SECRET",
    "TEXTS_URL",
    "EVIDENCE_URL",
    "EVIDENCE_S3_KEY_ID",
    "EVIDENCE_S3_SECRET",
    "FILES_URL",
    "FILES_S3_KEY_ID",
    "FILES_S3_SECRET",
    "STAGING_DIR",
    "SCRATCH_DIR",
    "LEDGER_NEXT_KEY",
    "LEDGER_ORIGIN",
    "LEDGER_OLD_VERIFIERS",
    "LEDGER_WITNESS_DIR",
    "LEDGER_WITNESS_MAILS",
    "LEDGER_WITNESSES",
    "STAFF_IDENTITY_PROVIDERS",
    "PRACTICE_URL",
    "BACKUP_BUCKET_URL",
)


class CannotStart(ImproperlyConfigured):
    """Everything that an administrator has to set right before a process starts, in one list."""


def refuse_unsafe(settings: Mapping[str, Any], unreadable: Mapping[str, str]) -> None:
    """Raise CannotStart that names each setting with which the portal must not face the internet.

    `unreadable` are those that are missing or malformed (`Environment.problems`).
    """
    refuse({**problems(settings), **unreadable})


def refuse(found: Mapping[str, str]) -> None:
    """Raise CannotStart about these settings, if there are any."""
    if found:
        lines = "\n".join(f"- {name} {sentence}" for name, sentence in found.items())
        sys.excepthook = _without_traceback
        raise CannotStart(
            f"The portal does not start like this:\n{lines}\nEach setting is explained in docs/settings.md."
        )


def _without_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Whatever process it is: an administrator reads the list, and not where in the code it was noticed."""
    if isinstance(error, CannotStart):
        sys.stderr.write(f"{error}\n")
    else:
        sys.__excepthook__(kind, error, trace)


def problems(settings: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each setting that is not safe, by its name."""
    found: dict[str, str] = {}
    keys = {
        "SECRET_KEY": [settings["SECRET_KEY"]],
        "SECRET_KEY_FALLBACKS": settings["SECRET_KEY_FALLBACKS"],
        "FIELD_KEYS": settings["FIELD_KEYS"],
        "DIGEST_KEY": [settings["DIGEST_KEY"]],
    }
    for name, values in keys.items():
        if (not values and name != "SECRET_KEY_FALLBACKS") or any(_is_weak(value) for value in values):
            found[name] = f"needs at least {SHORTEST} random characters each."
    ledger_keys = {name: settings[name] for name in ("LEDGER_KEY", "LEDGER_NEXT_KEY") if settings[name]}
    for name, key in {"LEDGER_KEY": "", **ledger_keys}.items():
        if not re.fullmatch(r"[0-9a-fA-F]{64}", key) or _is_weak(key):
            found[name] = "needs 64 random hexadecimal digits."
    by_key: dict[str, list[str]] = {}
    for name, values in {**keys, **{name: [key] for name, key in ledger_keys.items()}}.items():
        for value in values:
            by_key.setdefault(value, []).append(name)
    for names in by_key.values():
        if len(names) > 1 and names[-1] not in found:
            found[names[-1]] = f"repeats a key of {names[0]}: one key must not serve two purposes."
    hosts = settings["ALLOWED_HOSTS"]
    site = urlsplit(settings["SITE_URL"])
    if not hosts or any(host in ("*", ".") for host in hosts):
        found["ALLOWED_HOSTS"] = "needs the portal's own names, not *."
    elif site.hostname and not validate_host(site.hostname, hosts):
        found["ALLOWED_HOSTS"] = f"lacks {site.hostname}, the host of SITE_URL."
    if site.scheme != "https":
        found["SITE_URL"] = "has to be an https address; cookies and links go nowhere else."
    if urlsplit(settings.get("CELERY_BROKER_URL", "")).scheme == "memory":
        found["BROKER_URL"] = "has to be a queue that all processes share."
    if settings["MEDIA_ALLOW_UNCONFINED"]:
        found["MEDIA_ALLOW_UNCONFINED"] = "has to be off: strangers' videos are opened in confinement alone."
    for name in ("DEBUG", "DEMO"):
        if settings[name]:
            found[name] = "has to be off."
    if settings["MONITOR_TOKEN"] and _is_weak(settings["MONITOR_TOKEN"]):
        found["MONITOR_TOKEN"] = f"needs at least {SHORTEST} random characters."
    if settings["PRACTICE_URL"] and not _is_https_or_here(settings["PRACTICE_URL"]):
        found["PRACTICE_URL"] = "has to be an https address, or one of this computer."
    found |= _copies_beside_originals(settings)
    if settings["PRACTICE"]:
        found |= _problems_of_practice(settings["PRACTICE_CODE"])
    return found


def _copies_beside_originals(settings: Mapping[str, Any]) -> dict[str, str]:
    """Whoever loses or locks a bucket, or has its key, has everything in it: a backup there is none."""

    def bucket(name: str) -> tuple[str | None, str]:
        parts = urlsplit(settings[name])
        endpoint = parse_qs(parts.query).get("endpoint", [""])[-1]
        return (parts.hostname, urlsplit(endpoint).netloc) if parts.scheme == "s3" else (None, name)

    sentence = "has to name another bucket than EVIDENCE_URL: what is lost there would be lost with its copy."
    copies = ("BACKUP_BUCKET_URL", "BACKUP_EVIDENCE_URL", "BACKUP_FILES_URL")
    return {name: sentence for name in copies if bucket(name) == bucket("EVIDENCE_URL")}


def _problems_of_practice(code: str) -> dict[str, str]:
    """Whoever copies the environment of a real portal has set one of these, and is told before a database is opened."""
    real = [name for name in ONLY_REAL if os.environ.get(name)]
    if real:
        return {"PRACTICE": f"is on beside {', '.join(real)}: these belong to a real portal. Nothing was touched."}
    if len(code) < SHORTEST_CODE or len(set(code)) < FEWEST:
        return {"PRACTICE_CODE": f"needs at least {SHORTEST_CODE} characters, {FEWEST} of them different."}
    return {}


def _is_https_or_here(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
    )


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST or bits_of(key) < LEAST_BITS or key.startswith("django-insecure-")
