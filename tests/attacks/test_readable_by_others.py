"""What others on the computer, in the log or beside the proxy can read or choose: nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from apps.core.checks import only_we_read_our_data
from apps.core.forwarded import ForwardedMiddleware, is_proxy
from config.secret_paths import without_secrets
from config.settings.safety import problems, refuse_unsafe
from scripts.check import production_environment
from scripts.services import run_dir
from tests.uploads.live import free_port

GOOD = {
    "SECRET_KEY_FALLBACKS": [],
    "DIGEST_KEY": "w2Er9tYb6nMq4zXc7vKp1sDf8gHj5lQa3uIo0eRt",
    "LEDGER_NEXT_KEY": "",
    "SECRET_KEY": "k3Jd92mfPq0sLxZ7vBn4wTgY6hUe1RcA8iOo5zXd",
    "FIELD_KEYS": ["q8Wz1LrT5vYb2NmK7xPd0sHf4gJc6aEu9iOt3kRw"],
    "LEDGER_KEY": "d93299767df6e486cf5cb16f1e2af4a41c294b3f8afe4ffffcadc21fcb085c37",
    "ALLOWED_HOSTS": ["portal.example.org"],
    "SITE_URL": "https://portal.example.org",
    "MEDIA_ALLOW_UNCONFINED": False,
    "DEBUG": False,
    "DEMO": False,
    "MONITOR_TOKEN": "",
    "PRACTICE": False,
    "PRACTICE_CODE": "",
    "PRACTICE_URL": "",
    "EVIDENCE_URL": "s3://originals?endpoint=https://store.example.org",
    "BACKUP_BUCKET_URL": "s3://copies?endpoint=https://store.example.org",
    "BACKUP_EVIDENCE_URL": "",
    "BACKUP_FILES_URL": "",
}


def test_a_safe_setup_is_not_refused():
    assert problems(GOOD) == {}
    refuse_unsafe(GOOD, {})


@pytest.mark.parametrize(
    "unsafe",
    [
        {"SECRET_KEY": "short"},
        {"BACKUP_BUCKET_URL": "s3://originals/copies?endpoint=https://store.example.org"},
        {"SECRET_KEY": "django-insecure-k3Jd92mfPq0sLxZ7vBn4wTgY6hUe1RcA8"},
        {"FIELD_KEYS": []},
        {"FIELD_KEYS": [""]},
        {"FIELD_KEYS": ["a" * 64]},
        {"FIELD_KEYS": [*GOOD["FIELD_KEYS"], "old"]},
        {"SECRET_KEY_FALLBACKS": ["short"]},
        {"DIGEST_KEY": ""},
        {"LEDGER_NEXT_KEY": "0123"},
        {"LEDGER_NEXT_KEY": GOOD["LEDGER_KEY"]},
        {"LEDGER_KEY": "22" * 32},
        {"LEDGER_KEY": "0123"},
        {"FIELD_KEYS": [GOOD["SECRET_KEY"]]},
        {"ALLOWED_HOSTS": ["*"]},
        {"ALLOWED_HOSTS": []},
        {"SITE_URL": "http://portal.example.org"},
        {"MEDIA_ALLOW_UNCONFINED": True},
        {"DEBUG": True},
    ],
)
def test_an_unsafe_setup_is_refused_with_a_sentence(unsafe):
    with pytest.raises(ImproperlyConfigured, match=next(iter(unsafe))):
        refuse_unsafe(GOOD | unsafe, {})


def _start(**changes):
    env = {**os.environ, **production_environment(), **changes}
    code = "import django; django.setup()"
    return subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=portal.BASE_DIR, capture_output=True, text=True, check=False
    )


def test_production_starts_with_its_settings_and_not_with_every_host():
    assert _start().returncode == 0
    refused = _start(ALLOWED_HOSTS="*")
    assert refused.returncode != 0
    assert "ALLOWED_HOSTS needs the portal's own names" in refused.stderr


def test_what_a_process_of_ours_makes_is_for_its_own_account(tmp_path):
    code = (
        "import django; django.setup();"
        "from django.core.files.storage import default_storage as s; from django.core.files.base import ContentFile;"
        "from pathlib import Path; from django.conf import settings;"
        "Path(settings.DATA_DIR, 'made').write_text('x'); Path(settings.DATA_DIR, 'folder').mkdir()"
    )
    env = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    subprocess.run(
        ["sh", "-c", f'umask 022; exec {sys.executable} -c "{code}"'], env=env, cwd=portal.BASE_DIR, check=True
    )
    for made in tmp_path.rglob("*"):
        assert stat.S_IMODE(made.stat().st_mode) & 0o077 == 0, made


def test_a_data_folder_that_others_can_enter_is_refused_and_a_run_closes_it(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o755)
    assert [problem.id for problem in only_we_read_our_data()] == ["core.E001"]
    run_dir(tmp_path)
    assert only_we_read_our_data() == []
    settings.DATA_DIR = tmp_path / "not there yet"
    assert only_we_read_our_data() == []


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/media/eyJpdGVtIjoi.abc-def", "/media/…"),
        ("/appeals/stop/5b7e5f0c-9d3c-4b0a-a1c5-0d8a5a7d1a11/", "/appeals/stop/…/"),
        ("/cameras/", "/cameras/"),
    ],
)
def test_the_access_log_holds_no_token(path, logged):
    assert without_secrets(path) == logged


def _ask(port, path):
    """The answer's status; the server may still be starting."""
    for _ in range(600):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers={"Referer": "http://x/i/abc"})
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server never listened")


def test_a_running_server_logs_neither_token_nor_query(tmp_path):
    log = tmp_path / "access.log"
    env = {**os.environ, "GUNICORN_ACCESS_LOG": str(log), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    port = free_port()
    program = [str(Path(sys.executable).with_name("gunicorn")), "--config", "config/gunicorn.py"]
    server = subprocess.Popen(
        [*program, "--threads", "2", "--bind", f"127.0.0.1:{port}", "config.wsgi"], cwd=portal.BASE_DIR, env=env
    )
    try:
        _ask(port, "/media/secret-token?q=a%20name")
        _ask(port, "/appeals/stop/not-an-id/")
    finally:
        server.terminate()
        server.wait(30)
    said = log.read_text()
    assert "/media/…" in said
    assert "secret-token" not in said
    assert "name" not in said
    assert "/i/abc" not in said


def test_a_caller_beside_the_proxy_cannot_choose_his_address(settings):
    seen = {}

    def view(request):
        seen.update(request.META)

    middleware = ForwardedMiddleware(view)
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    middleware(RequestFactory().get("/", REMOTE_ADDR="198.51.100.7", **forged))
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & seen.keys()
    middleware(RequestFactory().get("/", REMOTE_ADDR="10.1.2.3", **forged))
    assert seen["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"


@pytest.mark.parametrize(("address", "ours"), [("", True), ("::1", True), ("8.8.8.8", False), ("nonsense", False)])
def test_proxies_are_known_by_their_network(settings, address, ours):
    assert is_proxy(address, tuple(settings.TRUSTED_PROXY_NETWORKS)) is ours
