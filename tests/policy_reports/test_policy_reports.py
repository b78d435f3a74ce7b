"""Browsers' reports are counted without anything about a person, and nobody can abuse the address."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.findings.models import Finding
from apps.ledger.models import Entry
from apps.policy_reports import services
from apps.policy_reports.models import PolicyReport
from apps.policy_reports.views import MOST_BYTES

pytestmark = pytest.mark.django_db
ADDRESS = "/policy-reports/"


EVIL = "https://evil.example/x.js?who=ada"


def report(page: str = "/cameras/", blocked: str = EVIL, directive: str = "img-src") -> Any:
    return {
        "csp-report": {
            "document-uri": f"http://testserver{page}",
            "referrer": "http://testserver/?email=ada@example.org",
            "blocked-uri": blocked,
            "effective-directive": directive,
            "script-sample": "Ada Lovelace",
            "source-file": "http://testserver/people/ada",
        }
    }


def send(said: Any, kind: str = "application/csp-report") -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type=kind)


def rows() -> list[tuple[str, str, str, int]]:
    return list(PolicyReport.objects.order_by("pk").values_list("directive", "blocked", "page", "count"))


def test_a_report_is_counted_by_directive_origin_and_name_of_the_page() -> None:
    for _ in range(3):
        assert send(report()).status_code == 204
    assert rows() == [("img-src", "https://evil.example", "web:cameras", 3)]


def test_the_newer_form_is_read_too() -> None:
    body = {
        "documentURL": "http://testserver/cameras/",
        "effectiveDirective": "script-src-elem",
        "blockedURL": "inline",
    }
    said = [{"type": "csp-violation", "body": body, "user_agent": "x"}, {"type": "deprecation", "body": body}]
    assert send(said, "application/reports+json").status_code == 204
    assert rows() == [("script-src-elem", "inline", "web:cameras", 1)]


def test_nothing_about_a_person_is_kept() -> None:
    secret = uuid4()
    page = reverse("footage_requests:invitation", args=[secret])
    blocked = f"https://lovelace:pass@evil.example/{secret}?email=ada@example.org"
    send(report(page=f"{page}?token=abcdef#secret", blocked=blocked))
    assert rows() == [("img-src", "https://evil.example", "footage_requests:invitation", 1)]
    kept = str(rows()) + str(list(Finding.objects.values())) + str([bytes(one.leaf) for one in Entry.objects.all()])
    for word in (str(secret), "ada@", "Ada", "abcdef", "lovelace", "pass", "127.0.0.1"):
        assert word not in kept, word


def test_each_directive_is_one_finding_whose_ledger_entry_has_no_words_of_the_sender() -> None:
    for host in ("a.example", "b.example"):
        send(report(blocked=f"https://{host}/"))
    finding = Finding.objects.get()
    assert (finding.kind, finding.about_id, finding.times) == ("policy.violated", "img-src", 2)
    assert finding.facts == {"directive": "img-src", "page": "web:cameras", "blocked": "another origin"}
    assert b"example" not in bytes(Entry.objects.get(action="finding.opened").leaf)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"junk",
        b"\xff\xfe\x00",
        b"[" * 10_000,
        b"null",
        b"{}",
        b"[[[]]]",
        b'{"csp-report": []}',
        b'{"csp-report": {"document-uri": 5, "blocked-uri": null, "effective-directive": {}}}',
        b'[{"type": "csp-violation", "body": {"documentURL": []}}]',
        report(page="/nowhere-at-all/"),
        report(directive="made-up"),
        report(blocked="chrome-extension://abcdefgh/x.js"),
        {"csp-report": {**report()["csp-report"], "document-uri": "https://elsewhere.example/cameras/"}},
        {"csp-report": {**report()["csp-report"], "document-uri": "http://[::1/"}},
    ],
)
def test_junk_and_what_is_not_ours_is_answered_alike_and_kept_nowhere(said: Any) -> None:
    assert send(said).status_code == 204
    assert rows() == []


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("https://EVIL.example:8443/a", "https://evil.example:8443"),
        ("https://evil.example:99999/", "other"),
        ("http://testserver/static/x.js", "self"),
        ("data", "data:"),
        ("blob:http://x", "blob:"),
        ("eval", "eval"),
        ("javascript:alert(1)", "other"),
        ("https://" + "a" * 500 + ".example/", "other"),
        ("https://Ada Lovelace, 5 Oak Street/", "other"),
    ],
)
def test_what_was_blocked_is_an_origin_or_a_word(blocked: str, kept: str) -> None:
    send(report(blocked=blocked))
    assert [row[1] for row in rows()] == [kept]


def test_a_body_of_a_megabyte_is_refused_unread() -> None:
    assert send(b"x" * 1_000_000).status_code == 413
    assert send(b" " * (MOST_BYTES + 1)).status_code == 413
    assert rows() == []


def test_ten_thousand_reports_are_a_minutes_share() -> None:
    """Written straight to the service where the limit is, so that the test is about the limit and not about Django."""
    with time_machine.travel(timezone.now(), tick=False):
        assert sum(services.may_report() for _ in range(1_000)) == services.A_MINUTE.most
        assert send(report()).status_code == 204
    assert rows() == []


def test_ten_thousand_origins_are_a_days_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROWS_A_DAY", 20)
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(60):
            send(report(blocked=f"https://{number}.example/"))
    assert len(rows()) == 20
    assert Entry.objects.filter(action="finding.opened").count() == 1


def test_old_rows_are_deleted_with_the_first_of_a_day() -> None:
    send(report())
    with time_machine.travel(timezone.now() + timedelta(days=services.KEPT_DAYS + 1)):
        send(report())
    assert len(rows()) == 1


def test_the_list_names_what_was_refused() -> None:
    send(report())
    out = io.StringIO()
    call_command("policy_reports", stdout=out)
    assert "https://evil.example" in out.getvalue()


def test_the_pages_name_the_address_in_both_ways(client: Client) -> None:
    answer = client.get("/")
    assert f"report-uri {ADDRESS}" in answer["Content-Security-Policy"]
    assert "report-to policy" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == f'policy="{ADDRESS}"'
