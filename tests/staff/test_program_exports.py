"""Figures as files: neutralized, recorded, and for those alone who read them."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.ledger.models import Entry
from apps.program.days import day_of
from apps.program.models import scope_of
from apps.program.services import take_snapshots
from tests.factories.people import AgencyFactory, staff
from tests.factories.program import measured
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
EXPORT = reverse("admin:program_export")


def taken(**asked):
    user = asked.pop("user", None) or staff(Role.SUPERVISOR)
    return sign_in(Client(), user).post(EXPORT, asked)


def content(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_csv_has_each_day_and_an_empty_cell_for_a_gap_and_the_ledger_says_who_took_it():
    take_snapshots()
    answer = taken(form="csv")
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert rows[0] == ["Day", "Measure", "Whose", "Figure", "Unit", "Made of"]
    today = day_of(None, timezone.now()).isoformat()
    partners = [row for row in rows if row[1] == "Partners"]
    assert len(partners) == 120
    assert partners[-1] == [today, "Partners", "Whole program", "0", "count", "0"]
    assert partners[0][3:] == ["", "count", ""]
    entry = Entry.objects.get(action="program.figures_exported")
    assert entry.facts["form"] == "csv"
    assert entry.facts["rows"] == len(rows) - 1
    assert entry.actor.role == Role.SUPERVISOR


def test_a_name_that_begins_like_a_formula_is_text_in_the_file():
    agency = AgencyFactory.create(short_name="=1+1")
    measured("cameras", 3, 3, day_of(agency, timezone.now()), scope=scope_of(agency))
    answer = taken(form="csv", measure="cameras", agency=str(agency.public_id), user=staff(Role.AUDITOR, agency))
    assert ",'=1+1," in content(answer).decode()


def test_the_dashboard_as_pdf_is_tagged_and_named():
    take_snapshots()
    answer = taken(form="pdf")
    pdf = content(answer)
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert answer["Content-Disposition"].startswith('attachment; filename="program-')


def test_a_measures_chart_is_a_picture():
    take_snapshots()
    assert content(taken(form="png", measure="cameras")).startswith(b"\x89PNG")
    assert content(taken(form="png", measure="first_footage")).startswith(b"\x89PNG"), "also without a figure"


@pytest.mark.parametrize("asked", [{"form": "exe"}, {}, {"form": "png"}])
def test_other_forms_are_refused_and_nothing_is_recorded(asked):
    assert taken(**asked).status_code == 422
    assert not Entry.objects.filter(action="program.figures_exported").exists()


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.ANALYST, Role.RECORDS_CUSTODIAN])
def test_who_does_not_read_figures_takes_none(role):
    assert taken(form="csv", user=staff(role)).status_code == 403


def test_another_agencys_figures_cannot_be_taken():
    other = AgencyFactory.create()
    assert taken(form="csv", agency=str(other.public_id)).status_code == 404
    assert taken(form="csv", measure="nonsense").status_code == 404
