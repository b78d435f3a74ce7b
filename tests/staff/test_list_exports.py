"""Rows of a list as CSV: who may take them, which ones, in words, and what is written about it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.cameras.models import CameraPlace
from apps.footage_requests.models import FootageRequest
from apps.ledger.models import Entry
from apps.lists.models import ListExport
from apps.partners.models import Partner
from apps.staff.lists import export_view
from apps.staff.lists.screens import ListScreen
from apps.staff.lists.table import EXPORTS
from tests.factories.footage_requests import draft, open_request
from tests.factories.people import AgencyFactory, PartnerFactory, StaffFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
REASON = {"reason": "For the quarterly review."}


def address(label: str) -> str:
    return reverse("admin:list_export", args=[label])


def rows_in(answer: Any) -> list[list[str]]:
    """What the file says, without its head."""
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_a_list_that_no_one_declared_is_exported_by_no_one(agency: Agency) -> None:
    user = StaffFactory.create()
    for role in Role.values:
        RoleGrant.objects.create(user=user, agency=agency, role=role)
    client = sign_in(Client(), user)
    declared = 0
    for model, screen in admin.site._registry.items():
        answer = client.get(address(model._meta.label_lower))
        if model._meta.label_lower in EXPORTS:
            assert isinstance(screen, ListScreen)
            assert answer.status_code == 200, model
            declared += 1
        else:
            assert answer.status_code in (403, 404), model
    assert declared == len(EXPORTS)
    for label in ("cameras.cameraplace", "nothing.here", "nonsense", "CAMERAS.camera"):
        assert client.get(address(label)).status_code == 404


def test_no_list_that_may_be_exported_offers_a_place_or_an_address(agency: Agency) -> None:
    user = StaffFactory.create()
    for role in Role.values:
        RoleGrant.objects.create(user=user, agency=agency, role=role)
    client = sign_in(Client(), user)
    places = {field.name for field in CameraPlace._meta.get_fields()} - {"id", "camera"} | {"address", "place", "phone"}
    for label in EXPORTS:
        said = client.get(address(label)).context["columns"]
        assert said
    for model, screen in admin.site._registry.items():
        if model._meta.label_lower in EXPORTS:
            assert places.isdisjoint({str(one) for one in [*screen.list_display, *screen.more_columns]})


@pytest.mark.parametrize(
    ("label", "allowed"),
    [
        ("footage_requests.footagerequest", {"detective", "supervisor", "records_custodian", "auditor"}),
        ("cameras.camera", {"program_manager", "auditor"}),
        ("ledger.entry", {"auditor"}),
        ("access.purpose", {"auditor"}),
        ("calls.call", {"analyst", "supervisor"}),
    ],
)
def test_only_the_declared_roles_export_and_only_they_are_led_there(
    agency: Agency, label: str, allowed: set[str]
) -> None:
    screen = next(one for model, one in admin.site._registry.items() if model._meta.label_lower == label)
    assert isinstance(screen, ListScreen)
    for role in Role.values:
        client = sign_in(Client(), staff(role, agency))
        answer = client.post(address(label), REASON)
        assert (answer.status_code == 200) == (role in allowed), role
        listed = client.get(screen.list_url())
        assert (address(label) in listed.content.decode()) == (role in allowed), role
    assert ListExport.objects.count() == len(allowed)


def test_the_file_has_the_rows_and_columns_of_the_list_in_words(agency: Agency) -> None:
    opened = open_request(agency)
    client = sign_in(Client(), staff(Role.SUPERVISOR, agency))
    asked = {"state__exact": "open", "columns": "code.state.author"}
    label = "footage_requests.footagerequest"
    address_asked = f"{address(label)}?state__exact=open&columns=code.state.author"
    page = client.get(
        client.get(reverse("admin:footage_requests_footagerequest_changelist"), asked).context["export_url"]
    )
    assert page.context["count"] == 1
    answer = client.post(address_asked, REASON)
    assert rows_in(answer) == [[opened.request.code, "open", str(opened.request.author)]]
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert rows_in(client.post(f"{address(label)}?state__exact=closed", REASON)) == []
    assert rows_in(client.post(f"{address(label)}?q=R-NOTHING", REASON)) == []


def test_nobody_exports_a_draft_of_a_colleague_or_a_row_of_another_agency(agency: Agency) -> None:
    mine, theirs = open_request(agency), open_request(AgencyFactory.create())
    other = draft(staff(Role.DETECTIVE, agency), agency)
    client = sign_in(Client(), staff(Role.SUPERVISOR, agency))
    text = str(rows_in(client.post(address("footage_requests.footagerequest"), REASON)))
    assert mine.request.code in text
    assert theirs.request.code not in text
    assert other.code not in text


def test_where_a_person_only_looks_nothing_is_exported(agency: Agency) -> None:
    """An analyst of one agency, a supervisor of another one: the list shows both, the export has the second alone."""
    looks, exports = open_request(agency), open_request(AgencyFactory.create())
    user = staff(Role.ANALYST, agency)
    RoleGrant.objects.create(user=user, agency=exports.request.agency, role=Role.SUPERVISOR)
    client = sign_in(Client(), user)
    text = str(rows_in(client.post(address("footage_requests.footagerequest"), REASON)))
    assert exports.request.code in text
    assert looks.request.code not in text


def test_where_rows_name_people_a_reason_is_asked_and_nothing_leaves_without_it(agency: Agency) -> None:
    open_request(agency)
    client = sign_in(Client(), staff(Role.AUDITOR, agency))
    for reason in ("", "  a ", "x" * 600, "bad\x00reason"):
        answer = client.post(address("partners.partner"), {"reason": reason})
        assert answer.status_code == 422
        assert not answer.streaming
    assert not ListExport.objects.exists()
    assert not Entry.objects.filter(action="list.exported").exists()
    client.post(address("agencies.case"))
    assert ListExport.objects.get().reason == ""


def test_an_export_is_written_in_the_ledger_and_the_auditor_reads_it(agency: Agency) -> None:
    open_request(agency)
    supervisor = staff(Role.SUPERVISOR, agency)
    secret = "26-SECRET"
    sign_in(Client(), supervisor).post(
        f"{address('footage_requests.footagerequest')}?q={secret}&state__exact=open", REASON
    )
    entry = Entry.objects.get(action="list.exported")
    assert entry.facts["list"] == "footage_requests.footagerequest"
    assert entry.facts["filters"] == ["q", "state__exact"]
    assert entry.facts["rows"] == 0
    assert secret not in str(entry.facts)
    assert REASON["reason"] not in str(entry.facts)
    listed = reverse("admin:lists_listexport_changelist")
    page = sign_in(Client(), staff(Role.AUDITOR, agency)).get(listed).content.decode()
    assert REASON["reason"] in page
    assert str(supervisor) in page
    assert secret not in page
    elsewhere = sign_in(Client(), staff(Role.AUDITOR)).get(listed).content.decode()
    assert REASON["reason"] not in elsewhere
    assert sign_in(Client(), supervisor).get(listed).status_code == 403


def test_a_cell_that_a_spreadsheet_would_run_is_text(agency: Agency) -> None:
    PartnerFactory.create(name='=HYPERLINK("http://example.org")')
    client = sign_in(Client(), staff(Role.AUDITOR, agency))
    names = [row[0] for row in rows_in(client.post(f"{address('partners.partner')}?columns=name", REASON))]
    assert names
    assert not any(name.startswith("=") for name in names)


def test_markup_of_a_cell_is_not_exported(agency: Agency) -> None:
    opened = open_request(agency)
    from apps.cameras.models import Camera

    Camera.objects.update(zone=None)
    client = sign_in(Client(), staff(Role.AUDITOR, agency))
    found = rows_in(client.post(f"{address('cameras.camera')}?state__exact=all&columns=zone_or_none", REASON))
    assert found == [["outside every zone"]] * Camera.objects.count()
    assert opened.request.code


def test_an_export_ends_at_its_limit_and_says_so(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_view, "MOST", 3)
    for number in range(5):
        PartnerFactory.create(name=f"Household of number {number}")
    client = sign_in(Client(), staff(Role.AUDITOR, agency))
    assert "takes the first 3 rows" in client.get(address("partners.partner")).content.decode()
    assert len(rows_in(client.post(address("partners.partner"), REASON))) == 3
    export = ListExport.objects.get()
    assert (export.rows, export.capped) == (3, True)
    Partner.objects.filter(pk__gt=Partner.objects.order_by("pk")[2].pk).delete()
    assert len(rows_in(client.post(address("partners.partner"), REASON))) == 3
    assert not ListExport.objects.latest("pk").capped


@pytest.mark.parametrize("query", ["nosuchfilter=1", "author__password__startswith=p", "state__exact=open&x__y=z"])
def test_a_filter_that_the_list_has_not_is_refused_in_words(agency: Agency, query: str) -> None:
    client = sign_in(Client(), staff(Role.SUPERVISOR, agency))
    for answer in (
        client.get(f"{address('footage_requests.footagerequest')}?{query}"),
        client.post(f"{address('footage_requests.footagerequest')}?{query}", REASON),
    ):
        assert answer.status_code == 422
        assert "no such filter" in answer.content.decode()
    assert not ListExport.objects.exists()


def test_columns_are_chosen_in_the_address_and_those_that_are_gone_are_named(agency: Agency) -> None:
    opened = open_request(agency)
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    listed = reverse("admin:footage_requests_footagerequest_changelist")
    page = client.get(f"{listed}?columns=code&columns=outcome&q={opened.request.code}")
    body = page.content.decode()
    assert "column-outcome" in body
    assert "column-incident" not in body
    assert "columns=code.outcome" in page.context["cl"].get_query_string()
    page = client.get(f"{listed}?columns=code.was_here_once.{'x' * 20}")
    assert page.status_code == 200
    assert "was_here_once" in page.content.decode()
    assert "left out" in page.content.decode()
    assert client.get(f"{listed}?columns=password").status_code == 200
    assert "column-incident" in client.get(f"{listed}?columns=password").content.decode()
    assert FootageRequest.objects.count() == 1
    assert User.objects.exists()
