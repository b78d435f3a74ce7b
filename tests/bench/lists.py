"""The staff's lists at 100,000 rows on PostgreSQL: `make bench BENCH=lists`.

Each list is filled by copying one row within the database, with other ids and times, and then asked for as the person
whose list it is: queries of a page, and the 95th percentile of the time it takes in this process.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

ROWS, READINGS = 100_000, 20
MOST_QUERIES, MOST_MS = 5, 150
_UNIQUE = {
    # Five requests a case.
    "footage_requests.FootageRequest": {
        "code": "'R-' || lpad(g::text, 7, '0')",
        "case": "(SELECT min(id) FROM agencies_case) + g / 5",
    },
    "agencies.Case": {"number": "'B-' || g"},
    "notifications.Message": {"dedupe_key": "'bench-' || g", "message_id": "'<bench-' || g || '@example.org>'"},
    "findings.Finding": {"about_id": "gen_random_uuid()::text"},
    "cameras.Camera": {
        "zone": "(SELECT min(id) FROM agencies_zone) + mod(g / 6, 12)",
        "state": "(ARRAY['active','active','active','active','lapsed','pending'])[1 + mod(g, 6)]",
    },
    "evidence.EvidenceItem": {"upload": "(SELECT max(id) FROM uploads_upload) - g + 1"},
}
_TIMES = ("created_at", "received_at", "recorded_at", "at", "last_at", "waiting_since")


def copies(row: Any, total: int) -> None:
    """Fill the table of this row with so many like it, an eighth of a minute apart."""
    from django.db import connection

    table, unique = row._meta.db_table, _UNIQUE.get(row._meta.label, {})
    columns, values = [], []
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = f'"{field.column}"'
        if field.name == "public_id":
            value = "gen_random_uuid()"
        elif field.name == "request_key":
            value = "NULL"
        elif field.name in _TIMES:
            value = f"\"{field.column}\" - g * interval '8 seconds'"
        columns.append(f'"{field.column}"')
        values.append(unique.get(field.name, value))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names of our own tables and columns
            f"SELECT {', '.join(values)} FROM {table}, generate_series(1, %s) g WHERE id = %s",
            [total, row.pk],
        )
        cursor.execute(f"ANALYZE {table}")


def filled() -> list[tuple[str, Any, str]]:
    """The lists, each full: its name, the client of the person whose list it is, and its address."""
    from django.test import Client

    from apps.access.models import AccessKind, Purpose, PurposeKind
    from apps.access.services import open_purpose
    from apps.accounts.models import SignInEvent
    from apps.agencies.models import Agency, Case, Role
    from apps.cameras.models import Camera
    from apps.core.background import nothing_enqueued
    from apps.evidence.models import EvidenceItem
    from apps.findings.models import Finding
    from apps.findings.services import notice
    from apps.footage_requests.models import FootageRequest
    from apps.ledger.models import Entry
    from apps.ledger.values import Subject
    from apps.notifications.models import Message
    from apps.partners.models import Partner
    from tests.factories.evidence import received_item
    from tests.factories.footage_requests import open_request
    from tests.factories.people import ZoneFactory, staff
    from tests.factories.sessions import sign_in

    with nothing_enqueued():
        opened = open_request()
        item = received_item(b"not a video", sent_through=opened.invitation)
    copies(item.upload, ROWS)
    ZoneFactory.create_batch(12, agency=opened.request.agency)
    agency: Agency = opened.request.agency
    clients = {role: sign_in(Client(), staff(role, agency)) for role in Role.values}
    auditor = clients[Role.AUDITOR]
    about = Subject.of("user", opened.author.public_id)
    notice("access.own_call", about=about, agency=agency.public_id, facts={"call": "none"})
    open_purpose(
        user=opened.author,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="Looking for the van.",
        case_number=opened.request.case.number,
    )
    SignInEvent.objects.create(
        user=opened.author, kind=SignInEvent._meta.get_field("kind").choices[0][0], succeeded=True
    )
    lists = [
        (Camera, clients[Role.PROGRAM_MANAGER]),
        (Partner, clients[Role.PROGRAM_MANAGER]),
        (Message, clients[Role.PROGRAM_MANAGER]),
        (Case, clients[Role.DETECTIVE]),
        (FootageRequest, clients[Role.DETECTIVE]),
        (EvidenceItem, clients[Role.DETECTIVE]),
        (Entry, auditor),
        (Finding, auditor),
        (Purpose, auditor),
        (SignInEvent, auditor),
    ]
    found = []
    for model, client in lists:
        row = model._default_manager.order_by("pk").first()
        copies(row, ROWS)
        found.append(
            (str(model._meta.verbose_name_plural), client, f"/admin/{model._meta.label_lower.replace('.', '/')}/")
        )
    return found


def page(client: Any, path: str) -> tuple[int, float, float]:
    """Queries of one page, and the median and the 95th percentile of its milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    if "SHOW_QUERIES" in os.environ:
        for one in queries:
            sys.stdout.write(f"    {one['time']} {one['sql'][:160]}\n")
    asked, times = len(queries), []
    for _reading in range(READINGS):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    return asked, statistics.median(times), statistics.quantiles(times, n=20)[-1]


def measure() -> None:
    """In a process whose DATABASE_URL is the server's."""
    from django.core.management import call_command

    from config.heap import keep_what_is_loaded

    call_command("prepare_database", verbosity=0)
    worst, most, lists = 0.0, 0, filled()
    keep_what_is_loaded()  # as each process of the server does
    for name, client, path in lists:
        for part, query in (("first page", ""), ("page 1,000", "?p=1000")):
            asked, middle, late = page(client, path + query)
            worst, most = max(worst, late), max(most, asked)
            sys.stdout.write(f"{name:28}{part:12}{asked:3} queries{middle:8.0f} ms{late:8.0f} ms p95\n")
            sys.stdout.flush()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    answer = {"bench": "lists", "machine": machine, "rows": ROWS, "queries": most, "p95_ms": round(worst)}
    sys.stdout.write(json.dumps(answer) + "\n")


def main() -> None:
    """Start a server, fill it, print a table, and one JSON object as the last line."""
    if "BENCH_LISTS" in os.environ:
        import django

        django.setup()
        measure()
        return
    from scripts.postgres import postgres

    with postgres() as url, tempfile.TemporaryDirectory(prefix="bench-lists-") as folder:
        given = {"DATA_DIR": folder, "DEBUG": "0", "DEMO": "0", "DATABASE_URL": url, "BENCH_LISTS": "1"}
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
        subprocess.run([sys.executable, "-m", "tests.bench.lists"], env={**os.environ, **settings, **given}, check=True)


if __name__ == "__main__":
    main()
