"""A program manager writes, previews, publishes and withdraws; an auditor reads; others find nothing."""

from __future__ import annotations

import html
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.terms.dates import today
from apps.terms.models import TermsVersion
from apps.terms.states import TermsState
from tests.factories.cameras import camera, pending_camera
from tests.factories.people import AgencyFactory, accept, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
LIST = "admin:terms_termsversion_changelist"


@pytest.fixture
def manager(client):
    """A program manager who has just proved who it is; terms are in force."""
    terms_in_force()
    user = staff(Role.PROGRAM_MANAGER)
    sign_in(client, user)
    return user


def words(response):
    return html.unescape(response.content.decode())


def drafted(client):
    client.post(reverse("admin:terms_termsversion_draft"), {"kind": "privacy", "request_key": str(uuid4())})
    return TermsVersion.objects.get(state=TermsState.DRAFT)


def act(client, name, version, **post):
    return client.post(
        reverse(f"admin:terms_termsversion_{name}", args=[version.public_id]), {"version": version.version, **post}
    )


def typed(**changes):
    return {"summary_en": "S", "summary_es": "R", "text_en": "The new privacy terms.", "text_es": "Nuevo."} | changes


def test_a_draft_is_written_previewed_compared_and_saved(client, manager):
    draft = drafted(client)
    page = reverse("admin:terms_termsversion_change", args=[draft.public_id])
    assert "The privacy terms." in words(client.get(page))
    previewed = words(act(client, "save", draft, preview="1", **typed()))
    assert "Preview (not saved)" in previewed
    assert "<ins>" in previewed
    draft.refresh_from_db()
    assert draft.text["en"] == "The privacy terms."
    assert act(client, "save", draft, **typed()).status_code == 302
    draft.refresh_from_db()
    assert draft.text["en"] == "The new privacy terms."


def test_markup_in_a_text_is_shown_as_text(client, manager):
    draft = drafted(client)
    page = act(client, "save", draft, preview="1", **typed(text_en="<script>alert(1)</script> {{ 7|add:7 }}"))
    assert "<script>alert(1)" not in page.content.decode()
    assert "{{ 7|add:7 }}" in words(page)


def test_the_second_of_two_writers_is_told_and_keeps_the_words(client, manager):
    draft = drafted(client)
    act(client, "save", draft, **typed())
    answer = act(client, "save", draft, **typed(text_en="Mine."))
    assert answer.status_code == 409
    assert "Mine." in words(answer)
    assert "nothing was saved" in words(answer)
    draft.refresh_from_db()
    assert draft.text["en"] == "The new privacy terms."
    assert act(client, "save", draft, **typed(text_en="Mine.")).status_code == 302


def test_what_cannot_be_kept_is_said_beside_its_field(client, manager):
    answer = act(client, "save", drafted(client), **typed(text_es="a\x00b"))
    assert answer.status_code == 422
    assert "text_es" in answer.context["form"].errors


def test_before_publishing_the_manager_sees_how_many_would_fall_silent(client, manager):
    agency = AgencyFactory.create()
    for _ in range(3):
        _user, partner = registrant(agency)
        camera(partner)
        camera(partner)
        pending_camera(partner)
    registrant(agency)
    draft = drafted(client)
    act(client, "save", draft, **typed())
    page = client.get(reverse("admin:terms_termsversion_publish", args=[draft.public_id]))
    assert (page.context["silent"].partners, page.context["silent"].cameras) == (3, 6)
    assert page.context["form"]["effective_on"].value() == today() + timedelta(days=30)


@pytest.mark.parametrize(
    ("material", "days", "refused"), [("yes", 29, True), ("yes", 30, False), ("no", -1, True), ("no", 0, False)]
)
def test_a_day_before_the_notice_ends_is_refused(client, manager, material, days, refused):
    registrant()
    draft = drafted(client)
    act(client, "save", draft, **typed())
    draft.refresh_from_db()
    day = today() + timedelta(days=days)
    answer = act(client, "publish", draft, material=material, effective_on=day.isoformat())
    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == ((422, TermsState.DRAFT) if refused else (302, TermsState.PUBLISHED))
    if refused:
        assert "effective_on" in answer.context["form"].errors


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "99999-01-01"])
def test_a_day_that_is_none_is_refused(client, manager, day):
    draft = drafted(client)
    answer = act(client, "publish", draft, material="yes", effective_on=day)
    assert answer.status_code == 422


def test_publishing_asks_who_does_it(client, manager):
    draft = drafted(client)
    session = client.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()
    answer = act(client, "publish", draft, material="no", effective_on=today().isoformat())
    draft.refresh_from_db()
    assert draft.state == TermsState.DRAFT
    assert answer.status_code == 403
    assert answer.wsgi_request.path in words(answer)


def test_a_published_version_shows_who_is_left_and_is_withdrawn_with_a_reason(client, manager):
    user, partner = registrant(AgencyFactory.create())
    camera(partner)
    draft = drafted(client)
    act(client, "save", draft, **typed())
    draft.refresh_from_db()
    act(client, "publish", draft, material="yes", effective_on=(today() + timedelta(days=30)).isoformat())
    page = reverse("admin:terms_termsversion_change", args=[draft.public_id])
    assert client.get(page).context["silent"].cameras == 1
    draft.refresh_from_db()
    accept(partner, user, draft)
    assert client.get(page).context["silent"].cameras == 0
    assert act(client, "withdraw", draft, reason="").status_code == 422
    assert act(client, "withdraw", draft, reason="A mistake.").status_code == 302
    draft.refresh_from_db()
    assert draft.state == TermsState.WITHDRAWN
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_other_staff_change_nothing(client, role):
    version = terms_in_force()
    draft = TermsVersion.objects.create(state=TermsState.DRAFT, summary=version.summary, text=version.text)
    sign_in(client, staff(role))
    assert client.post(reverse("admin:terms_termsversion_draft"), {"kind": "privacy"}).status_code == 403
    for name, post in (
        ("save", typed()),
        ("publish", {"material": "no", "effective_on": timezone.now().date().isoformat()}),
        ("withdraw", {"reason": "Why"}),
    ):
        assert act(client, name, draft, **post).status_code == (403 if role == Role.AUDITOR else 404), name
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (TermsState.DRAFT, 1)
    seen = client.get(reverse(LIST)).status_code
    assert seen == (200 if role == Role.AUDITOR else 403)
