"""The pages of sharing agreements, and the board of agencies side by side."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.agencies.models import Agency, Role
from apps.agreements.models import Agreement
from apps.agreements.services import end_agreement
from tests.factories.agreements import PDF, agreement_of
from tests.factories.calls import call_of
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:agreements_agreement_changelist")
MAKE = reverse("admin:agreements_agreement_make")
BOARD = reverse("admin:calls_call_changelist")


@pytest.fixture
def pair() -> tuple[Agency, Agency]:
    return AgencyFactory.create(name="Police of Pine"), AgencyFactory.create(name="Sheriff of Oak")


def at_the_desk(role: str, agency: Agency) -> Client:
    return sign_in(Client(), staff(role, agency))


def page(agreement: Agreement, name: str = "change") -> str:
    return reverse(f"admin:agreements_agreement_{name}", args=[agreement.public_id])


def the_form(pair: tuple[Agency, Agency], **said: object) -> dict[str, object]:
    today = timezone.localdate()
    usual = {
        "from_agency": str(pair[0].public_id),
        "to_agency": str(pair[1].public_id),
        "title": "Calls, 2027",
        "items": ["calls:"],
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=30)).isoformat(),
        "file": SimpleUploadedFile("signed.pdf", PDF),
    }
    return usual | said


def test_a_manager_makes_one_and_both_agencies_download_the_file(pair: tuple[Agency, Agency]) -> None:
    answer = at_the_desk(Role.PROGRAM_MANAGER, pair[0]).post(MAKE, the_form(pair))
    agreement = Agreement.objects.get()
    assert answer["Location"] == page(agreement)
    for agency, role in ((pair[0], Role.DETECTIVE), (pair[1], Role.AUDITOR)):
        client = at_the_desk(role, agency)
        assert "Calls, 2027" in client.get(LIST).content.decode()
        assert "Police of Pine shares with Sheriff of Oak" in client.get(page(agreement)).content.decode()
        file = client.get(page(agreement, "file"))
        assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
        assert file["Content-Disposition"].startswith("attachment")
        assert "sandbox" in file["Content-Security-Policy"]
        assert "no-store" in file["Cache-Control"]


def test_a_form_that_does_not_hold_says_why_and_keeps_what_was_typed(pair: tuple[Agency, Agency]) -> None:
    file = SimpleUploadedFile("signed.pdf", b"<html>")
    answer = at_the_desk(Role.PROGRAM_MANAGER, pair[0]).post(MAKE, the_form(pair, file=file))
    assert answer.status_code == 422
    assert "This is no whole PDF file." in answer.content.decode()
    assert "Calls, 2027" in answer.content.decode()
    assert not Agreement.objects.exists()


def test_a_third_agency_finds_neither_page_nor_file(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    client = at_the_desk(Role.PROGRAM_MANAGER, AgencyFactory.create())
    assert client.get(page(agreement)).status_code == 404
    assert client.get(page(agreement, "file")).status_code == 404
    assert client.post(page(agreement, "end"), {"reason": "No."}).status_code == 404
    assert agreement.title not in client.get(LIST).content.decode()


def test_a_manager_cannot_share_what_is_another_agencys(pair: tuple[Agency, Agency]) -> None:
    answer = at_the_desk(Role.PROGRAM_MANAGER, pair[1]).post(MAKE, the_form(pair))
    assert answer.status_code == 422
    assert not Agreement.objects.exists()


def test_who_may_not_make_one_is_told_who_does(pair: tuple[Agency, Agency]) -> None:
    client = at_the_desk(Role.ANALYST, pair[0])
    assert client.get(MAKE).status_code == 403
    assert client.post(MAKE, the_form(pair)).status_code == 403
    assert "A program manager of the agency that shares enters an agreement." in client.get(LIST).content.decode()


def test_it_is_ended_with_a_reason_that_the_other_agency_reads(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    manager = at_the_desk(Role.PROGRAM_MANAGER, pair[0])
    assert manager.post(page(agreement, "end"), {"reason": ""}).status_code == 422
    assert manager.post(page(agreement, "end"), {"reason": "The term is up."})["Location"] == page(agreement)
    shown = at_the_desk(Role.ANALYST, pair[1]).get(page(agreement)).content.decode()
    assert "The term is up." in shown
    assert manager.post(page(agreement, "end"), {"reason": "Twice."}).status_code == 409


# -- agencies side by side --------------------------------------------------------------------------------------------


def test_the_board_shows_the_calls_of_an_agency_that_shares_them_and_says_whose_they_are(
    pair: tuple[Agency, Agency],
) -> None:
    one, other = pair
    foreign, own = call_of(one, nature="Elsewhere"), call_of(other, nature="Here")
    analyst = at_the_desk(Role.ANALYST, other)
    assert "Elsewhere" not in analyst.get(BOARD).content.decode()
    agreement = agreement_of(one, other)
    shown = analyst.get(BOARD).content.decode()
    assert f"{one.short_name} shares this" in shown
    assert f"{other.short_name} shares this" not in shown
    assert reverse("admin:calls_call_ask", args=[foreign.public_id]) not in shown
    assert reverse("admin:calls_call_ask", args=[own.public_id]) in shown
    assert "Here" not in at_the_desk(Role.ANALYST, one).get(BOARD).content.decode()
    end_agreement(user=staff(Role.PROGRAM_MANAGER, one), agreement=agreement, reason="Over.")
    assert "Elsewhere" not in analyst.get(BOARD).content.decode()


def test_a_shared_call_is_read_and_nothing_is_done_with_it(pair: tuple[Agency, Agency]) -> None:
    one, other = pair
    call = call_of(one)
    agreement_of(one, other)
    supervisor = at_the_desk(Role.SUPERVISOR, other)
    address = reverse("admin:calls_call_change", args=[call.public_id])
    shown = supervisor.get(address).content.decode()
    assert "You read this call under a sharing agreement" in shown
    assert "Ask for footage" not in shown
    assert "Partner cameras near this call" not in shown
    for verb in ("close", "prepare"):
        assert supervisor.post(reverse(f"admin:calls_call_{verb}", args=[call.public_id])).status_code == 404
    assert supervisor.get(reverse("admin:calls_call_ask", args=[call.public_id])).status_code == 404
    form = PurposeForm(staff(Role.ANALYST, other), AccessKind.PARTNER_MAP)
    assert not form.fields["call"].queryset.exists()


def test_a_shared_call_is_gone_once_it_left_the_board(pair: tuple[Agency, Agency]) -> None:
    call = call_of(pair[0], state="closed", received_at=timezone.now() - timedelta(hours=3))
    agreement_of(*pair)
    client = at_the_desk(Role.ANALYST, pair[1])
    assert client.get(reverse("admin:calls_call_change", args=[call.public_id])).status_code == 404


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.RECORDS_CUSTODIAN, Role.AUDITOR])
def test_an_agreement_gives_nobody_a_board_who_has_none(pair: tuple[Agency, Agency], role: str) -> None:
    call_of(pair[0], nature="Elsewhere")
    agreement_of(*pair)
    assert "Elsewhere" not in at_the_desk(role, pair[1]).get(BOARD).content.decode()
