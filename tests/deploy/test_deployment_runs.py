"""The samples of deploy/ at work: the portal behind nginx's own file, and with the role that owns nothing."""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts import nginx
from scripts.postgres import FAST, NoPostgres, cluster
from tests.deploy.test_deployment_files import DEPLOY, certificate_in
from tests.factories.evidence import invitation
from tests.uploads.live import ROOT, Server, cookie_for, free_port

MAKE_TABLES = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True, run_syncdb=True)
"""
WORK = """
import json, django
django.setup()
from django.db import connection
from apps.backups import ages
from apps.health.readings import readings
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from tests.factories.items import sealed_item
item = sealed_item(b"bytes")
placed = ledger.sequence()
refused = []
for statement in ("DELETE FROM ledger_entry", "UPDATE ledger_entry SET leaf = leaf", "TRUNCATE ledger_entry",
                  "ALTER TABLE ledger_entry DISABLE TRIGGER ALL", "DROP TABLE ledger_entry"):
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except Exception as error:
        refused.append(statement)
broken = [one.name for one in readings() if one.value is None and one.unit != "age"]
print(json.dumps({"state": str(item.state), "placed": placed, "refused": len(refused), "entries": Entry.objects.count(),
                  "broken": broken, "behind": ages.log_behind()}))
"""


@pytest.mark.run
def test_the_portal_works_as_the_role_that_owns_nothing(tmp_path: Path) -> None:
    def run(code: str, url: str) -> str:
        env = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
        env |= {"DJANGO_SETTINGS_MODULE": "tests.backups.unmigrated", "DATA_DIR": str(tmp_path), "DATABASE_URL": url}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    settings = [one for one in FAST if not one.startswith(("wal_level", "max_wal_senders"))]
    try:
        with cluster(["max_connections=50", *settings]) as server:
            with psycopg.connect(server.url, autocommit=True) as ruler:
                ruler.execute((DEPLOY / "postgresql" / "roles.sql").read_bytes())
                ruler.execute("SELECT pg_create_physical_replication_slot('portal_backup', true)")
            run(MAKE_TABLES, server.url.replace("postgres@", "portal_owner@", 1))
            said = json.loads(run(WORK, server.url.replace("postgres@", "portal_app@", 1)).splitlines()[-1])
    except NoPostgres as reason:
        pytest.skip(f"No PostgreSQL: {reason}")
    assert (said["state"], said["refused"]) == ("sealed", 5)
    assert said["placed"] == said["entries"] > 0
    assert said["broken"] == ["broker_up"], "only the queue is not there"
    assert said["behind"][1] is False, "nobody writes the log elsewhere, and the role sees that"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[int]:
    """The port of a portal behind nginx with the file of deploy/."""
    missing = nginx.fetch()
    if missing:
        pytest.skip(missing)
    server, port, plain = Server(), free_port(), free_port()
    sample = (DEPLOY / "nginx" / "portal.conf").read_text()
    certificate_in(tmp_path)
    sample = sample.replace("/etc/ssl/portal", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    sample = re.sub(r"127\.0\.0\.1:800[01]", f"127.0.0.1:{server.port}", sample)
    sample = sample.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("cameras.city.example", "localhost")
    try:
        server.start()
        with nginx.nginx(sample, port):
            yield port
    finally:
        server.kill()


def ask(
    port: int, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer, through TLS."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"https://localhost:{port}{path}", data=body, method=method, headers=named)  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as answer:  # noqa: S310, S323 - a certificate made here
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)


@pytest.mark.django_db(transaction=True)
def test_the_portal_answers_behind_the_sample_of_nginx_and_takes_a_large_part(door: int) -> None:
    assert ask(door, "/healthz")[0] == 200
    assert [ask(door, path)[0] for path in ("/readyz", "/metrics")] == [404, 404]
    through, tus, size = invitation(), {"Tus_Resumable": "1.0.0"}, 3 * 1024**2
    cookie = cookie_for(through)
    named = f"invitation {base64.b64encode(str(through.public_id).encode()).decode()}"
    status, headers = ask(
        door, "/files/", method="POST", body=b"", Upload_Length=str(size), Upload_Metadata=named, Cookie=cookie, **tus
    )
    assert status == 201
    part = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": "0"}
    path = re.sub(r"^https?://[^/]+", "", headers["Location"])
    status, headers = ask(door, path, method="PATCH", body=bytes(size), Cookie=cookie, **part, **tus)
    assert (status, headers["Upload-Offset"]) == (204, str(size))
