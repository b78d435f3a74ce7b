"""Pages of an agency's rules: a draft, what it would do, and nothing lost when two managers change one at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.agencies.models import Agency, Role, RuleDraft, RuleName
from apps.footage_requests.incident_types import FIRST, present_types
from tests.factories.footage_requests import draft, open_request, submitted, window
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency: Agency) -> User:
    return staff(Role.PROGRAM_MANAGER, agency)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    return sign_in(client, manager)


def at(agency: Agency, page: str) -> str:
    return reverse(f"admin:agencies_agency_{page}", args=[agency.public_id])


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def kinds(number: int = 0, *added: str, **changes: str) -> dict[str, Any]:
    """The first list as the form sends it, with these kinds added."""
    said: dict[str, Any] = {"number": number, "rows": len(FIRST) + len(added)}
    for row, one in enumerate(FIRST):
        said |= {f"code_{row}": one["code"], f"place_{row}": (row + 1) * 10, f"in_use_{row}": "on"}
        said |= {f"{language}_{row}": name for language, name in one["names"].items()}
    for row, name in enumerate(added, len(FIRST)):
        said |= {f"en_{row}": name, f"es_{row}": f"{name} (es)", f"in_use_{row}": "on", f"place_{row}": ""}
    return said | changes


TYPED: dict[str, dict[str, Any]] = {
    RuleName.INCIDENT_TYPES: kinds(0, "arson"),
    RuleName.READY_TEXTS: {"number": "0", "rows": "1", "name_0": "Bicycle", "audience_0": "owners", "en_0": "One."},
    RuleName.REQUEST_LIMITS: {"acres": "x", "hours": "2", "per_case": "", "per_partner": "", "read": "///"},
    RuleName.FEATURES: {"number": "0", "until_calls": "soon"},
}


@pytest.mark.parametrize("rule", RuleName.values)
def test_a_draft_is_shown_again_as_it_was_typed_and_can_be_thrown_away(agency: Agency, desk: Client, rule: str) -> None:
    desk.post(at(agency, f"{rule}_draft"), TYPED[rule])
    page = desk.get(at(agency, rule))
    assert "This is your draft" in text_of(page)
    for name in ("en_7", "acres", "until_calls"):
        if name in TYPED[rule]:
            assert page.context["form"][name].value() == TYPED[rule][name]
    desk.post(at(agency, f"{rule}_discard"))
    assert "This is your draft" not in text_of(desk.get(at(agency, rule)))
    assert not RuleDraft.objects.exists()


@pytest.mark.parametrize("rule", RuleName.values)
def test_a_colleague_reads_a_draft_and_goes_on_from_it(agency: Agency, desk: Client, manager: User, rule: str) -> None:
    desk.post(at(agency, f"{rule}_draft"), TYPED[rule])
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    link = f"?draft={RuleDraft.objects.get().public_id}"
    assert link in text_of(other.get(at(agency, rule)))
    assert f"This is the draft of {manager}" in text_of(other.get(at(agency, rule) + link))
    other.post(at(agency, f"{rule}_draft"), TYPED[rule])
    assert RuleDraft.objects.count() == 2


@pytest.mark.parametrize("rule", RuleName.values)
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_no_other_role_keeps_or_reads_drafts(agency: Agency, desk: Client, role: str, rule: str) -> None:
    desk.post(at(agency, f"{rule}_draft"), TYPED[rule])
    other = sign_in(Client(), staff(role, agency))
    for page in (f"{rule}_draft", f"{rule}_discard", f"{rule}_preview"):
        assert other.post(at(agency, page), TYPED[rule]).status_code in (403, 404)
    assert RuleDraft.objects.count() == 1


def test_the_second_list_of_kinds_is_shown_again_with_what_a_colleague_added(agency: Agency, desk: Client) -> None:
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    other.post(at(agency, "incident_types"), kinds(0, "flood"))
    answer = desk.post(at(agency, "incident_types"), kinds(0, "arson"))
    assert answer.status_code == 409
    assert "A colleague has changed this list meanwhile" in text_of(answer)
    names = [answer.context["form"][f"en_{row}"].value() for row in range(len(FIRST) + 2)]
    assert names[-2:] == ["arson", "flood"]
    again = {field.html_name: field.value() for field in answer.context["form"]}
    sent = {name: value for name, value in again.items() if value not in (None, False)}
    assert desk.post(at(agency, "incident_types"), sent).status_code == 302
    number, types = present_types(agency)
    assert (number, {one["code"] for one in types} >= {"arson", "flood"}) == (2, True)


def test_one_kind_that_both_added_is_told_beside_its_field(agency: Agency, desk: Client) -> None:
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    other.post(at(agency, "incident_types"), kinds(0, "arson"))
    answer = desk.post(at(agency, "incident_types"), kinds(0, "arson"))
    sent = {field.html_name: field.value() for field in answer.context["form"] if field.value() not in (None, False)}
    refused = desk.post(at(agency, "incident_types_preview"), sent)
    assert refused.status_code == 422
    assert "Another kind in use has this name." in text_of(refused)


def test_a_draft_of_an_older_list_has_what_was_added_since_and_says_so(agency: Agency, desk: Client) -> None:
    desk.post(at(agency, "incident_types_draft"), kinds(0, "arson"))
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    other.post(at(agency, "incident_types"), kinds(0, "flood"))
    page = desk.get(at(agency, "incident_types"))
    assert "a colleague has put something else in force" in text_of(page)
    assert page.context["form"]["en_8"].value() == "flood"


def test_the_second_limits_are_shown_again_beside_what_is_in_force(agency: Agency, desk: Client) -> None:
    limits = {"acres": "", "hours": "2", "per_case": "", "per_partner": "", "read": "///"}
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    other.post(at(agency, "request_limits"), limits | {"hours": "3"})
    answer = desk.post(at(agency, "request_limits"), limits)
    assert answer.status_code == 409
    assert answer.context["form"]["hours"].value() == "2"
    assert "a window of 3 hours" in text_of(answer)
    assert desk.post(at(agency, "request_limits"), limits | {"read": "/3//"}).status_code == 302


def test_the_preview_of_limits_says_whom_they_reach_and_saves_nothing(agency: Agency, desk: Client) -> None:
    opened = open_request(agency)
    author = opened.author
    submitted(author, agency, case_number=opened.request.case.number)
    draft(author, agency, **window(hours=2))
    wanted = {"acres": "3", "hours": "1", "per_case": "1", "per_partner": "1", "read": "///"}
    page = text_of(desk.post(at(agency, "request_limits_preview"), wanted))
    assert "1 case has more requests than this allows. It keeps them; a further one is refused." in page
    assert "1 draft has a longer window than this." in page
    assert "1 draft is wider than this." in page
    assert "1 partner was asked that often" in page
    agency.refresh_from_db()
    assert agency.request_hours is None


def test_the_preview_of_limits_says_when_nothing_is_beyond_them(agency: Agency, desk: Client) -> None:
    wanted = {"acres": "", "hours": "2", "per_case": "", "per_partner": "", "read": "///"}
    assert "Nothing that your agency has under way is beyond" in text_of(
        desk.post(at(agency, "request_limits_preview"), wanted)
    )
    same = desk.post(at(agency, "request_limits_preview"), wanted | {"hours": ""})
    assert "There is nothing to put in force." in text_of(same)
