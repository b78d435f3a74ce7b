"""What production does not start with: keys that can be guessed, hosts and addresses that let anybody in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST, FEWEST = 32, 8  # characters of a key, and different ones among them
SHORTEST_CODE = 12  # of a practice portal; wrong ones are counted
# What a practice portal has no use for: mail leaves it never, and its folders are its own.
ONLY_REAL = (
    "EMAIL_URL",
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
)


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured that names each setting with which the portal must not face the internet."""
    found = problems(settings)
    if found:
        raise ImproperlyConfigured("The portal does not start like this:\n- " + "\n- ".join(found))


def problems(settings: Mapping[str, Any]) -> list[str]:
    """A sentence for each setting that is not safe."""
    found = []
    keys = {
        "SECRET_KEY": [settings["SECRET_KEY"]],
        "SECRET_KEY_FALLBACKS": settings["SECRET_KEY_FALLBACKS"],
        "FIELD_KEYS": settings["FIELD_KEYS"],
        "DIGEST_KEY": [settings["DIGEST_KEY"]],
    }
    for name, values in keys.items():
        if (not values and name != "SECRET_KEY_FALLBACKS") or any(_is_weak(value) for value in values):
            found.append(f"{name}: at least {SHORTEST} random characters each.")
    ledger_keys = {name: settings[name] for name in ("LEDGER_KEY", "LEDGER_NEXT_KEY") if settings[name]}
    for name, key in {"LEDGER_KEY": "", **ledger_keys}.items():
        if not re.fullmatch(r"[0-9a-fA-F]{64}", key) or _is_weak(key):
            found.append(f"{name}: 64 random hexadecimal digits.")
    used = [*chain(*keys.values()), *ledger_keys.values()]
    if len(set(used)) < len(used):
        found.append(f"{', '.join([*keys, *ledger_keys])}: one key must not serve two purposes.")
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or any(host in ("*", ".") for host in hosts):
        found.append("ALLOWED_HOSTS: the portal's own names, not *.")
    if not settings["SITE_URL"].startswith("https://"):
        found.append("SITE_URL: an https address; cookies and links go nowhere else.")
    if settings["MEDIA_ALLOW_UNCONFINED"]:
        found.append("MEDIA_ALLOW_UNCONFINED: strangers' videos are opened in confinement alone.")
    if settings["DEBUG"] or settings["DEMO"]:
        found.append("DEBUG and DEMO: off.")
    if settings["PRACTICE_URL"] and not _is_https_or_here(settings["PRACTICE_URL"]):
        found.append("PRACTICE_URL: an https address, or one of this computer.")
    if settings["PRACTICE"]:
        found += _problems_of_practice(settings["PRACTICE_CODE"])
    return found


def _problems_of_practice(code: str) -> list[str]:
    """Whoever copies the environment of a real portal has set one of these, and is told before a database is opened."""
    real = [name for name in ONLY_REAL if os.environ.get(name)]
    if real:
        return [f"PRACTICE is on beside {', '.join(real)}: these belong to a real portal. Nothing was touched."]
    if len(code) < SHORTEST_CODE or len(set(code)) < FEWEST:
        return [f"PRACTICE_CODE: at least {SHORTEST_CODE} characters, {FEWEST} of them different."]
    return []


def _is_https_or_here(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))
    )


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST or len(set(key)) < FEWEST or key.startswith("django-insecure-")
