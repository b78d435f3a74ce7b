"""The database stops and starts again, and has fewer connections than there are callers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.postgres import FAST, Cluster, NoPostgres, cluster
from tests.uploads.live import ROOT, Answer, Raw, Server, head, serving
from tests.waiting import wait_until

PREPARE = """
import json, django
from django.conf import settings
class Unmigrated(dict):
    # Tables straight from the models: migrations take a minute on a busy machine.
    def __contains__(self, app): return True
    def __getitem__(self, app): return None
settings.MIGRATION_MODULES = Unmigrated()
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True, run_syncdb=True)
from tests.factories import evidence as factories
from tests.uploads.live import cookie_for
invitation = factories.invitation()
upload = factories.open_upload(b"x" * 300_000, sent_through=invitation)
print(json.dumps([cookie_for(invitation), f"/files/{upload.public_id}"]))
"""
PART = 100_000


class City:
    """A portal on a PostgreSQL of its own, with an upload that has begun."""

    def __init__(self, database: Cluster, folder: Path) -> None:
        self.database = database
        self.env = {
            "DATABASE_URL": database.url,
            "DATA_DIR": str(folder),
            "UPLOAD_RESERVE_BYTES": "0",
            "DATABASE_POOL": "8",
        }
        done = subprocess.run(
            [sys.executable, "-c", PREPARE],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.cookie, self.path = json.loads(done.stdout.splitlines()[-1])

    def connections(self) -> int:
        """How many the server has, beside those that ask: the last one that asked may still be leaving."""
        with psycopg.connect(self.database.url, application_name="asking") as asking:
            row = asking.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND application_name <> 'asking'"
            ).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    folder.chmod(0o700)
    try:
        with cluster(["max_connections=30", *FAST]) as database:
            yield City(database, folder)
    except NoPostgres as reason:
        pytest.skip(f"No PostgreSQL: {reason}")


@pytest.fixture
def server(city: City) -> Iterator[Server]:
    with serving(threads=128, env=city.env) as running:
        yield running


def ask(server: Server, path: str = "/", *, method: str = "GET", timeout: float = 60, **headers: object) -> Answer:
    """One request of its own."""
    with Raw(server.port, timeout=timeout) as raw:
        raw.send(method, path, {"Connection": "close", "Accept": "text/html", **headers})
        return raw.answer()


def test_while_it_is_away_all_are_told_to_come_again_and_an_upload_goes_on(city: City, server: Server) -> None:
    assert ask(server).status == 200
    with Raw(server.port, cookie=city.cookie) as raw:
        raw.patch(city.path, 0, PART, b"a" * PART)
        assert raw.answer().offset == PART
    with Raw(server.port, cookie=city.cookie) as raw:
        # The first half arrives before the database goes, the second after.
        raw.patch(city.path, PART, PART, b"b" * (PART // 2))
        city.database.stop(signal.SIGINT)
        raw.sock.sendall(b"b" * (PART // 2))
        answer = raw.answer()
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")

    page = ask(server, "/start/", Cookie="sessionid=somebody")
    assert (page.status, page.headers["retry-after"]) == (503, "5")
    assert b"cannot reach its records" in page.body
    assert head(server, city.path, city.cookie).status == 503
    program = ask(server, "/start/", Cookie="sessionid=somebody", Accept="application/json")
    assert (program.status, program.headers["content-type"]) == (503, "application/problem+json")
    assert json.loads(program.body)["code"] == "away"

    city.database.start()
    wait_until(lambda: head(server, city.path, city.cookie).status in (200, 204), server.log)
    offset = head(server, city.path, city.cookie).offset
    assert offset in (PART, PART + PART // 2, 2 * PART)
    with Raw(server.port, cookie=city.cookie) as raw:
        rest = (b"a" * PART + b"b" * PART + b"c" * PART)[offset:]
        raw.patch(city.path, offset, len(rest), rest)
        assert raw.answer().offset == 3 * PART
    assert ask(server).status == 200


def test_a_portal_that_starts_before_its_database_serves_once_that_is_there(city: City) -> None:
    city.database.stop(signal.SIGINT)
    try:
        with serving(threads=16, env=city.env) as early:
            assert ask(early).status == 503
            city.database.start()
            wait_until(lambda: ask(early).status == 200, early.log)
    finally:
        city.database.stop(signal.SIGINT)
        city.database.start()


def test_350_at_once_end_in_pages_or_are_told_to_come_again_and_workers_keep_their_connections(
    city: City, server: Server
) -> None:
    answers: list[Answer | None] = []
    most = 0

    def caller() -> None:
        try:
            answers.append(ask(server, "/start/", Cookie="sessionid=somebody"))
        except OSError:
            answers.append(None)

    crowd = [threading.Thread(target=caller) for _ in range(350)]
    for one in crowd:
        one.start()
    while any(one.is_alive() for one in crowd):
        most = max(most, city.connections())
    told = Counter("none" if one is None else str(one.status) for one in answers)
    assert set(told) <= {"200", "302", "503"}, told
    assert all("retry-after" in one.headers for one in answers if one is not None and one.status == 503)
    assert most <= 8
    assert ask(server).status == 200


def test_threads_that_wait_for_their_senders_hold_no_connection(city: City, server: Server) -> None:
    with_senders: list[Raw] = []
    try:
        for _ in range(40):
            raw = Raw(server.port, cookie=city.cookie)
            with_senders.append(raw)
            raw.send("POST", "/files/", {"Content-Length": 10})
        assert ask(server).status == 200
        assert city.connections() <= 8
    finally:
        for raw in with_senders:
            raw.sock.close()


def test_a_hundred_browsers_that_stop_within_a_request_leave_room(city: City, server: Server) -> None:
    browsers = [Raw(server.port) for _ in range(100)]
    try:
        for one in browsers:
            one.send("GET", "/.well-known/security.txt", {})
        for one in browsers:
            one.answer()
            one.sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert ask(server).status == 200
    finally:
        for one in browsers:
            one.sock.close()


def test_a_release_is_refused_where_all_processes_could_take_more_than_there_are(city: City) -> None:
    asks = """
import django
django.setup()
from django.conf import settings
from apps.core.budget import there_are_connections_for_all
for settings.DATABASE_POOL in (8, 5):
    print([problem.msg for problem in there_are_connections_for_all(["default"])])
"""
    given = {**city.env, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_RESERVE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "['All processes together may take 32 database connections, and “default” has 27.']",
        "[]",
    ], done.stderr
