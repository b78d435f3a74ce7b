"""What production does not start with: keys that can be guessed, hosts and addresses that let anybody in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SHORTEST, FEWEST = 32, 8  # characters of a key, and different ones among them


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured that names each setting with which the portal must not face the internet."""
    found = problems(settings)
    if found:
        raise ImproperlyConfigured("The portal does not start like this:\n- " + "\n- ".join(found))


def problems(settings: Mapping[str, Any]) -> list[str]:
    """A sentence for each setting that is not safe."""
    found = []
    keys = {"SECRET_KEY": [settings["SECRET_KEY"]], "FIELD_KEYS": settings["FIELD_KEYS"]}
    for name, values in keys.items():
        if not values or any(_is_weak(value) for value in values):
            found.append(f"{name}: at least {SHORTEST} random characters each.")
    ledger_key = settings["LEDGER_KEY"]
    if not re.fullmatch(r"[0-9a-fA-F]{64}", ledger_key) or _is_weak(ledger_key):
        found.append("LEDGER_KEY: 64 random hexadecimal digits.")
    used = [*keys["SECRET_KEY"], *keys["FIELD_KEYS"], ledger_key]
    if len(set(used)) < len(used):
        found.append("SECRET_KEY, FIELD_KEYS, LEDGER_KEY: one key must not serve two purposes.")
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or any(host in ("*", ".") for host in hosts):
        found.append("ALLOWED_HOSTS: the portal's own names, not *.")
    if not settings["SITE_URL"].startswith("https://"):
        found.append("SITE_URL: an https address; cookies and links go nowhere else.")
    if settings["MEDIA_ALLOW_UNCONFINED"]:
        found.append("MEDIA_ALLOW_UNCONFINED: strangers' videos are opened in confinement alone.")
    if settings["DEBUG"] or settings["DEMO"]:
        found.append("DEBUG and DEMO: off.")
    return found


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST or len(set(key)) < FEWEST or key.startswith("django-insecure-")
