"""An agency's ready-made texts: kept by its manager, taken over by authors, no internal one for owners."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.footage_requests import services
from apps.footage_requests.models import ReadyTextList
from apps.footage_requests.ready_texts import FIRST, MOST, Audience, GivenText, offered_texts, present_texts, put_in
from apps.ledger.models import Entry
from apps.staff.requests.ready_fields import texts_by_field
from tests.factories.footage_requests import CENTER
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
COMPOSE = reverse("admin:footage_requests_footagerequest_compose")


def new(name, english, spanish="", *, audience="owners", **changes):
    words = {"en": english, "es": spanish}
    return GivenText(
        **{"code": "", "name": name, "audience": audience, "words": words, "retired": False, "place": None} | changes
    )


def change(manager, agency, *added, number=None, **changes):
    present_number, present = present_texts(agency)
    texts = [GivenText(**{**one, "place": None} | changes.get(one["code"], {})) for one in present]
    return services.set_ready_texts(
        agency=agency, texts=[*texts, *added], number=present_number if number is None else number, by=manager
    )


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def manager(agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def test_a_manager_adds_changes_and_retires_in_one_entry(agency, manager):
    change(manager, agency, new("Bicycle", "A bicycle.", "Una bicicleta.", place=1), vehicle={"retired": True})
    assert [one.name for one in offered_texts([agency], Audience.OWNERS)] == ["Bicycle", "Person on foot"]
    assert [one.name for one in offered_texts([agency], Audience.SUPERVISOR)] == ["Way of flight"]
    (entry,) = Entry.objects.filter(action="agency.ready_texts_set")
    assert (entry.facts["number"], entry.facts["before"]) == (1, FIRST)
    change(manager, agency)
    assert ReadyTextList.objects.count() == 1
    with pytest.raises(Stale):
        change(manager, agency, new("Dog", "A dog."), number=0)


@pytest.mark.parametrize(
    ("added", "changes", "field"),
    [
        ([new("", "Words without a name.")], {}, "name_3"),
        ([new("Name without words", "")], {}, "en_3"),
        ([new("x" * 61, "Words.")], {}, "name_3"),
        ([new("Long", "x" * 1001)], {}, "en_3"),
        ([new("For nobody", "Words.", audience="press")], {}, "audience_3"),
        ([new("Inside", "Words.", "Palabras.", audience="supervisor")], {}, "es_3"),
        ([], {"way_of_flight": {"audience": "owners"}}, "audience_2"),
        ([], {"vehicle": {"code": "invented"}}, None),
        ([new(f"Text {number}", "Words.") for number in range(MOST)], {}, None),
    ],
)
def test_a_list_that_would_not_do_is_refused_beside_the_field(agency, manager, added, changes, field):
    with pytest.raises(InvalidInput) as refused:
        change(manager, agency, *added, **changes)
    assert list(refused.value.fields) == ([field] if field else [])
    assert not ReadyTextList.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROGRAM_MANAGER])
def test_nobody_but_the_agencys_manager_keeps_it(agency, role):
    for who in (staff(role, agency), staff(Role.PROGRAM_MANAGER, AgencyFactory.create())):
        with pytest.raises(NotAllowed):
            change(who, agency, new("Dog", "A dog."))
        page = reverse("admin:agencies_agency_ready_texts", args=[agency.public_id])
        assert sign_in(Client(), who).get(page).status_code in (403, 404)


def test_no_internal_text_is_ever_put_into_what_owners_read(agency, manager):
    change(manager, agency, new("Informant", "Named by an informant.", audience="supervisor"))
    texts = texts_by_field([agency])
    inside = f"{agency.public_id}:informant"
    assert set(texts[inside]) == {"reason"}
    assert all(set(one) == {"reason"} or "reason" not in one for one in texts.values())
    client = sign_in(Client(), staff(Role.DETECTIVE, agency))
    page = client.post(COMPOSE, {"act": "text:message", "ready_message": inside, "ready_reason": inside})
    assert page.context["form"]["message"].value() in (None, "")


def test_without_script_a_text_and_its_translation_are_put_in_and_nothing_typed_is_lost(agency):
    client, key = sign_in(Client(), staff(Role.DETECTIVE, agency)), f"{agency.public_id}:vehicle"
    typed = {"act": "text:message", "ready_message": key, "latitude": CENTER[1], "request_key": str(uuid4())}
    form = client.post(COMPOSE, typed).context["form"]
    assert form["message"].value() == FIRST[1]["words"]["en"]
    assert form["message_es"].value() == FIRST[1]["words"]["es"]
    assert str(form["latitude"].value()) == str(CENTER[1])
    form = client.post(COMPOSE, typed | {"message": "Look at the gate."}).context["form"]
    assert form["message"].value() == f"Look at the gate.\n\n{FIRST[1]['words']['en']}"


def test_a_text_takes_the_place_of_nothing_or_of_another_one():
    assert put_in("", "b", known=["a"]) == put_in(" a\n", "b", known=["a"]) == "b"
    assert put_in("mine", "b", known=["a"]) == put_in("mine\n\nb", "b", known=["a"]) == "mine\n\nb"


def test_the_manager_sees_what_would_be_offered_before_it_is(agency, manager):
    client = sign_in(Client(), manager)
    page = reverse("admin:agencies_agency_ready_texts", args=[agency.public_id])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, "") and value is not False}
    sent |= {
        "name_3": "Bicycle",
        "audience_3": "owners",
        "en_3": "A bicycle.",
        "es_3": "Una bicicleta.",
        "in_use_3": "on",
    }
    seen = client.post(reverse("admin:agencies_agency_ready_texts_preview", args=[agency.public_id]), sent)
    assert "A bicycle." in seen.content.decode()
    assert not ReadyTextList.objects.exists()
    answer = client.post(page, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert present_texts(agency)[1][-1]["code"] == "bicycle"
