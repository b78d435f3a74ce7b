"""The portal says how it is: to machines with a token, to a program manager on a page, and to nobody else in detail."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.core.request_ids import REQUEST_ID
from apps.evidence.models import EvidenceItem
from apps.health.readings import ITEM_LATE_S, Reading, can_serve, readings
from config.json_log import JsonFormatter
from scripts.check import production_environment
from tests.factories import evidence as factories
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
TOKEN = hashlib.sha256(b"somebody who watches").hexdigest()


@pytest.fixture
def watcher(settings: Settings) -> Client:
    settings.MONITOR_TOKEN = TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def test_anybody_learns_that_it_answers_and_nothing_else(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong"])
@pytest.mark.parametrize("token", ["", TOKEN], ids=["none", "set"])
def test_without_the_token_the_details_are_not_there(
    client: Client, settings: Settings, path: str, given: str, token: str
) -> None:
    settings.MONITOR_TOKEN = token
    assert client.get(path, headers={"Authorization": given}).status_code == 404


def test_readiness_names_each_reading_and_what_waits(watcher: Client) -> None:
    item = factories.received_item(b"some bytes")
    EvidenceItem.objects.filter(pk=item.pk).update(
        state="received", received_at=timezone.now() - timedelta(seconds=ITEM_LATE_S + 60)
    )
    answer = watcher.get("/readyz")
    told = answer.json()["readings"]
    assert answer.status_code == 200
    assert {"database_up", "broker_up", "store_up", "ledger_unsigned_seconds", "staging_free_bytes"} <= set(told)
    assert told["item_waiting_seconds"]["value"] > ITEM_LATE_S
    assert told["item_waiting_seconds"]["good"] is False
    # No queue runs beside this test: work waits, and pages are served all the same.
    assert told["broker_up"] == {"value": None, "good": False}


def test_only_the_database_takes_a_portal_out_of_service() -> None:
    title = readings()[0].title
    assert can_serve([Reading("broker_up", title, None, good=False)])
    assert not can_serve([Reading("database_up", title, None, good=False, stops=True)])


def test_figures_are_counted_by_the_names_of_pages(watcher: Client) -> None:
    watcher.get("/.well-known/security.txt")
    watcher.get("/i/nobody-should-read-this/")
    figures = watcher.get("/metrics").content.decode()
    assert 'portal_requests_total{method="GET",page="web:security_txt"' in figures
    assert "portal_ledger_unsigned_seconds " in figures
    assert "nobody-should-read-this" not in figures


def test_a_program_manager_reads_the_state_on_a_page(client: Client) -> None:
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    answer = client.get(reverse("admin:system"))
    assert answer.status_code == 200
    assert "The database answers" in answer.content.decode()


def test_a_detective_does_not(client: Client) -> None:
    sign_in(client, staff(Role.DETECTIVE))
    assert client.get(reverse("admin:system")).status_code == 403


@pytest.mark.parametrize("given", ["3f2a9c1e-aaaa", "x" * 100, "a\nb", ""])
def test_an_id_of_the_proxy_is_taken_where_it_has_the_shape_of_one(client: Client, given: str) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert (answered == given) is (given == "3f2a9c1e-aaaa")
    assert len(answered) in (13, 32)


def test_a_line_of_the_log_is_json_with_the_request_and_without_the_words_of_an_error() -> None:
    token = REQUEST_ID.set("abcdef0123456789")
    try:
        raise ValueError("12 Secret Street")
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "GET /media/tokentoken", (), sys.exc_info())
        line = json.loads(JsonFormatter().format(record))
    finally:
        REQUEST_ID.reset(token)
    assert (line["request"], line["error"], line["message"]) == ("abcdef0123456789", "ValueError", "GET /media/…")
    assert "test_sight.py" in line["where"][-1]
    assert "Secret" not in json.dumps(line)


def test_the_id_goes_along_with_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.health.task_figures import begin, end, send_along

    headers: dict[str, object] = {}
    token = REQUEST_ID.set("abcdef0123456789")
    send_along(headers=headers)
    REQUEST_ID.reset(token)

    class Task:
        name = "apps.demo.tasks.nothing"
        request = headers

    begin(task_id="1", task=Task)
    assert REQUEST_ID.get() == "abcdef0123456789"
    end(task_id="1", task=Task, state="SUCCESS")
    assert REQUEST_ID.get() == ""


def test_processes_count_together_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    counts = """
from django.conf import settings
print(settings.METRICS_DIR)
from prometheus_client import Counter
Counter("portal_turns_total", "Turns.").inc()
"""
    reads = """
from django.conf import settings
print(settings.METRICS_DIR)
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""
    env = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "METRICS_DIR": str(folder),
        **production_environment(),
    }
    said = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        for code in (counts, counts, reads)
    ]
    assert "portal_turns_total 2.0" in said[-1].stdout
