"""Production takes its keys, hosts and stores from the environment, and does not start without them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.settings.safety import ONLY_REAL
from scripts.check import production_environment
from tests.faults.workers import broker

ROOT = Path(__file__).resolve().parents[2]
NEEDED = sorted(set(production_environment()) - {"DJANGO_SETTINGS_MODULE"})
QUESTION = """
import sys
from django.conf import settings
print(settings.DEBUG, settings.DEMO, "apps.demo" in settings.INSTALLED_APPS, settings.SESSION_COOKIE_SECURE)
"""
# What a setting has to look like, where any word would be refused for itself.
REAL = {
    "BACKUP_BUCKET_URL": "s3://copies/folder",
    "STAFF_IDENTITY_PROVIDERS": '[{"kind": "oidc", "id": "a", "agency": "A", "name": "A", "domains": ["a.example"], '
    '"server_url": "https://a.example", "client_id": "a"}]',
    "LEDGER_NEXT_KEY": secrets.token_hex(32),
    "PRACTICE_URL": "https://practice.example.org",
    "EVIDENCE_URL": "file:///evidence",
    "FILES_URL": "file:///files",
}
QUESTION_OF_STORES = """
import json
from django.conf import settings
names = "SECRET_KEY FIELD_KEYS LEDGER_KEY DIGEST_KEY LEDGER_ORIGIN LEDGER_WITNESS_DIR COOKIE_PREFIX"
names += " EVIDENCE_URL STAGING_DIR SCRATCH_DIR EMAIL_BACKEND SESSION_COOKIE_NAME CSRF_COOKIE_NAME LANGUAGE_COOKIE_NAME"
names += " CELERY_BROKER_TRANSPORT_OPTIONS CACHES"
print(json.dumps({name: getattr(settings, name) for name in names.split()}, default=str))
"""


def start(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Load the settings with an environment that holds nothing but what an operator sets."""
    return ask(QUESTION, folder, {**production_environment(), **changes})


def ask(question: str, folder: Path, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The same, with this environment and another question."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **given}
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-c", question], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_with_all_of_them_it_starts_without_demo_and_debug_and_writes_no_key(tmp_path: Path) -> None:
    asked = start(tmp_path, DEBUG="true", DEMO="true")
    assert asked.stdout.split() == ["False", "False", "False", "True"], asked.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NEEDED)
def test_without_one_of_them_it_says_which_and_does_not_start(tmp_path: Path, name: str) -> None:
    asked = start(tmp_path, **{name: ""})
    assert asked.returncode != 0
    assert asked.stdout == ""
    assert f"\n- {name} is missing.\n" in asked.stderr
    assert "Traceback" not in asked.stderr
    assert list(tmp_path.iterdir()) == []


WRONG = {
    "LOCK_SECONDS": ("soon", "is no whole number"),
    "LAYER_MAX_BYTES": ("-1", "is no whole number"),
    "BEHIND_PROXY": ("treu", "has to be true or false"),
    "DATABASE_URL": ("portal:secret-word@db/portal", "has to be an address like postgres://"),
    "BROKER_URL": ("memory://", "has to be a queue that all processes share"),
    "EMAIL_URL": ("mail.example", "has to be an address like smtp"),
    "PORTAL_BOUNDS": ("30,-84,31,-85", "has to be west,south,east,north"),
    "PORTAL_TIME_ZONE": ("Florida", "has to be a time zone's name"),
    "TRUSTED_PROXY_NETWORKS": ("10.0.0.0/99", "has to be networks"),
    "EVIDENCE_URL": ("/srv/evidence", "has to be file:///folder or s3://bucket"),
    "SECURITY_CONTACT": ("security@city.example", "has to be mailto:"),
    "SIGN_IN_EVENT_DAYS": ("30", "has to be 366 or more"),
    "STAFF_IDENTITY_PROVIDERS": ("[{", "is no JSON"),
    "ALLOWED_HOSTS": ("other.example", "lacks portal.example.org"),
    "SITE_URL": ("http://portal.example.org", "has to be an https address"),
    "SECRET_KEY": ("change-me-" * 6, "random characters"),
    "LEDGER_KEY": ("0123456789abcdef" * 4, "64 random hexadecimal digits"),
}
PROCESSES = {
    "a command": ("manage.py", "check"),
    "a command of ours": ("manage.py", "prepare_database"),
    "a web server": ("-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"),
    "a worker": ("-m", "celery", "-A", "config.celery", "worker"),
    "the clock": ("-m", "celery", "-A", "config.celery", "beat"),
}


@pytest.mark.parametrize("words", PROCESSES.values(), ids=PROCESSES)
def test_every_process_names_all_that_is_wrong_at_once_and_nothing_else(tmp_path: Path, words: tuple[str, ...]) -> None:
    given = {**production_environment(), **{name: value for name, (value, _said) in WRONG.items()}}
    del given["CACHE_URL"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **given}
    asked = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    first, *lines, last = asked.stderr.splitlines()
    assert asked.returncode == 1
    assert (first, last) == ("The portal does not start like this:", "Each setting is explained in docs/settings.md.")
    told = {line.split()[1]: line for line in lines}
    assert set(told) == {*WRONG, "CACHE_URL"}
    assert [name for name, (_value, said) in WRONG.items() if said not in told[name]] == []
    assert "secret-word" not in asked.stderr


def test_one_key_for_two_purposes_is_refused(tmp_path: Path) -> None:
    key = secrets.token_hex(32)
    assert "DIGEST_KEY repeats a key of SECRET_KEY" in start(tmp_path, SECRET_KEY=key, DIGEST_KEY=key).stderr


def test_a_dollar_in_a_password_is_a_dollar(tmp_path: Path) -> None:
    asked = ask(
        "from django.conf import settings; print(settings.EVIDENCE_S3_SECRET)",
        tmp_path,
        {**production_environment(), "EVIDENCE_S3_SECRET": "$ecret"},
    )
    assert asked.stdout.strip() == "$ecret", asked.stderr


def test_counts_may_live_behind_the_socket_of_a_real_server(tmp_path: Path) -> None:
    count = (
        "import django; django.setup(); from django.core.cache import cache; cache.set('n', 1); print(cache.incr('n'))"
    )
    with broker() as address:
        socket = address.replace("redis+socket:", "unix:")
        asked = ask(count, tmp_path, {**production_environment(), "CACHE_URL": socket})
    assert asked.stdout.split()[-1:] == ["2"], asked.stderr


def practice(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """The same for a practice portal."""
    wanted = {"PRACTICE": "true", "PRACTICE_CODE": "maple-otter-42", "EMAIL_URL": ""}
    return start(folder, **{**wanted, **changes})


def test_a_practice_portal_needs_no_mail_server_and_has_a_city(tmp_path: Path) -> None:
    asked = practice(tmp_path)
    assert asked.stdout.split() == ["False", "False", "True", "True"], asked.stderr


@pytest.mark.parametrize("name", ONLY_REAL)
def test_practice_on_a_real_portals_environment_does_not_start_and_says_one_sentence(tmp_path: Path, name: str) -> None:
    asked = practice(tmp_path, **{name: REAL.get(name, "something")})
    assert asked.returncode != 0
    told = asked.stderr.splitlines()[1]
    assert told == f"- PRACTICE is on beside {name}: these belong to a real portal. Nothing was touched."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", ["", "short-code", "aaaaaaaaaaaaaaaa"])
def test_practice_without_a_code_that_is_hard_to_guess_does_not_start(tmp_path: Path, code: str) -> None:
    asked = practice(tmp_path, PRACTICE_CODE=code)
    assert asked.returncode != 0
    assert "PRACTICE_CODE needs at least 12 characters, 8 of them different." in asked.stderr


@pytest.mark.parametrize("address", ["http://practice.example.org", "javascript:alert(1)", "practice.example.org"])
def test_the_way_to_practice_is_https(tmp_path: Path, address: str) -> None:
    assert "PRACTICE_URL has to be an" in start(tmp_path, PRACTICE_URL=address).stderr


@pytest.mark.parametrize("address", ["https://practice.example.org", "http://localhost:8001/"])
def test_or_on_this_computer(tmp_path: Path, address: str) -> None:
    assert start(tmp_path, PRACTICE_URL=address).returncode == 0


def test_practice_shares_no_key_cookie_queue_cache_or_folder_even_with_the_same_environment(tmp_path: Path) -> None:
    shared = {name: value for name, value in production_environment().items() if name != "EMAIL_URL"}
    asks = QUESTION_OF_STORES
    real, made_up = (
        json.loads(ask(asks, tmp_path, {**shared, **more}).stdout)
        for more in ({"EMAIL_URL": "smtp://localhost"}, {"PRACTICE": "true", "PRACTICE_CODE": "maple-otter-42"})
    )
    assert {name for name in real if real[name] == made_up[name]} == set()
    assert made_up["EMAIL_BACKEND"] == "apps.demo.letters.PracticeMailbox"


@pytest.mark.parametrize("name", ["BACKUP_BUCKET_URL", "BACKUP_EVIDENCE_URL"])
def test_copies_do_not_go_into_the_bucket_of_the_originals(tmp_path: Path, name: str) -> None:
    evidence = "s3://city/evidence?endpoint=https://s3.example.org"
    refused = start(tmp_path, EVIDENCE_URL=evidence, **{name: "s3://city/copies?endpoint=https://s3.example.org/"})
    assert f"{name} has to name another bucket" in refused.stderr
    assert (
        start(tmp_path, EVIDENCE_URL=evidence, **{name: "s3://city/copies?endpoint=https://other.example"}).returncode
        == 0
    )
