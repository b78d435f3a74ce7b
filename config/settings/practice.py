"""A practice portal: production's settings, and in place of each store, key and way out one that is for practice."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.settings.components.stores import files_storage
from config.settings.reading import Environment

RESET_EVERY_S = 600.0


def practice_key(key: str) -> str:
    """What practice uses in place of `key`: where somebody gives both portals one key, what one signs or encrypts is
    nothing to the other."""
    return hmac.new(key.encode(), b"practice portal", hashlib.sha256).hexdigest()


def as_practice_portal(settings: Mapping[str, Any], env: Environment) -> dict[str, Any]:
    """The settings that differ. Folders lie below PRACTICE_DIR, and `reset_practice` clears nothing else."""
    folder: Path = settings["PRACTICE_DIR"]
    return {
        **_keys(settings),
        **_parts(settings),
        **_background(settings),
        **_cookies(),
        "EVIDENCE_URL": f"file://{folder / 'evidence'}",
        "STORAGES": {
            **settings["STORAGES"],
            **{name: files_storage(f"file://{folder / 'files'}") for name in ("default", "files")},
        },
        "STAGING_DIR": folder / "staging",
        "SCRATCH_DIR": folder / "scratch",
        "LEDGER_WITNESS_DIR": str(folder / "checkpoints"),
        "LEDGER_ORIGIN": f"{urlsplit(settings['SITE_URL']).hostname}/practice",
        "EMAIL_BACKEND": "apps.demo.letters.PracticeMailbox",
        "TEXTS_URL": f"folder://{folder / 'texts'}",
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "CACHES": {**settings["CACHES"], "default": {**settings["CACHES"]["default"], "KEY_PREFIX": "practice"}},
        "MFA_TOTP_ISSUER": f"Practice: {settings['PORTAL_NAME']}",
        # Addresses that trainees type are looked up in the streets of the made-up city, and nowhere else.
        "GEOCODER": "streets",
        "PORTAL_TIME_ZONE": env.str("PORTAL_TIME_ZONE", default="America/New_York"),
        "PORTAL_CITY": env.str("PORTAL_CITY", default="Tallahassee"),
    }


def _keys(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: practice_key(settings[name]) for name in ("SECRET_KEY", "DIGEST_KEY", "LEDGER_KEY")},
        **{name: [practice_key(key) for key in settings[name]] for name in ("SECRET_KEY_FALLBACKS", "FIELD_KEYS")},
    }


def _parts(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The app with the city; what says “practice” stands before all others, so that no answer goes without it."""
    middleware = list(settings["MIDDLEWARE"])
    middleware.insert(
        middleware.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "apps.demo.waiting.WaitingMiddleware",
    )
    return {
        "INSTALLED_APPS": [*settings["INSTALLED_APPS"], "apps.demo"],
        "MIDDLEWARE": ["apps.demo.saying.PracticeMiddleware", *middleware],
    }


def _background(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks stay apart even on the broker of a real portal."""
    return {
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            **settings["CELERY_BROKER_TRANSPORT_OPTIONS"],
            "global_keyprefix": "practice:",
        },
        "CELERY_TASK_ROUTES": {
            **settings["CELERY_TASK_ROUTES"],
            "apps.demo.tasks.reset_when_due": {"queue": "bulk"},
        },
        "CELERY_BEAT_SCHEDULE": {
            **settings["CELERY_BEAT_SCHEDULE"],
            "reset-practice": {
                "task": "apps.demo.tasks.reset_when_due",
                "schedule": RESET_EVERY_S,
                "options": {"expires": RESET_EVERY_S},
            },
        },
    }


def _cookies() -> dict[str, str]:
    """Two portals on one host, at two ports, share the host's cookies: these have names of their own."""
    prefix = "__Host-practice-"
    names = {"SESSION_COOKIE_NAME": "sessionid", "CSRF_COOKIE_NAME": "csrftoken", "LANGUAGE_COOKIE_NAME": "language"}
    return {"COOKIE_PREFIX": prefix, **{setting: prefix + name for setting, name in names.items()}}
