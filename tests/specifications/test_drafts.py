"""Writing the next version of the specification: drafts, two managers at once, publishing, and the screens."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.utils.html import escape

from apps.agencies.models import Role
from apps.cameras.models import Evaluation
from apps.cameras.services import evaluate_cameras
from apps.core.errors import InvalidInput, NotAllowed, Stale, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.specifications.first import read_checks
from apps.specifications.models import Specification
from apps.specifications.services import discard_draft, publish_draft, publish_specification, save_draft, start_draft
from apps.specifications.states import SpecificationState
from tests.factories.cameras import pending_camera
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in
from tests.specifications.test_rules import check

pytestmark = pytest.mark.django_db

LIST = "/admin/specifications/specification/"


def manager():
    return staff(Role.PROGRAM_MANAGER)


def begin(user=None):
    user = user or manager()
    return user, start_draft(user=user)


def save(draft, user, checks, version=None):
    return save_draft(draft=draft, version=version or draft.version, checks=checks, user=user)


def publish(draft, user):
    return publish_draft(draft=draft, version=draft.version, user=user)


def discard(draft, user):
    return discard_draft(draft=draft, version=draft.version, user=user)


VERBS = {
    "save": lambda draft, user: save(draft, user, [check("sign_posted")]),
    "publish": publish,
    "discard": discard,
}


def test_a_draft_begins_with_what_is_in_force_and_there_is_one():
    publish_specification(checks=[check("sign_posted")], actor=Actor.system("test"))
    _user, draft = begin()
    assert [one["rule"] for one in draft.checks] == ["sign_posted"]
    assert begin()[1] == draft
    assert Entry.objects.filter(action="specification.drafted").count() == 1


def test_the_first_draft_begins_with_the_file_of_a_new_city():
    assert begin()[1].checks == read_checks()


def test_a_draft_judges_nothing_until_it_is_in_force():
    _user, partner = registrant()
    user, draft = begin()
    save(draft, user, [check("min_retention_hours", "fail", 8000)])
    assert not pending_camera(partner).conformances.exists()
    draft.refresh_from_db()
    published = publish(draft, user)
    assert (published.number, published.state) == (1, SpecificationState.IN_FORCE)
    assert Evaluation.objects.get(specification=published).total == 1


def test_publishing_supersedes_the_version_before():
    before = publish_specification(checks=read_checks(), actor=Actor.system("test"))
    user, draft = begin()
    after = publish(draft, user)
    before.refresh_from_db()
    assert (before.state, after.number) == (SpecificationState.SUPERSEDED, before.number + 1)


@pytest.mark.parametrize("verb", VERBS)
def test_the_later_of_two_managers_is_told_and_overwrites_nothing(verb):
    user, seen = begin()
    save(seen, manager(), [check("night_view")])
    with pytest.raises(Stale):
        VERBS[verb](seen, user)
    seen.refresh_from_db()
    assert [one["rule"] for one in seen.checks] == ["night_view"]
    assert seen.state == SpecificationState.DRAFT


@pytest.mark.parametrize("state", [one for one in SpecificationState.values if one != SpecificationState.DRAFT])
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_no_draft_any_more_changes_never(verb, state):
    user, draft = begin()
    Specification.objects.filter(pk=draft.pk).update(state=state, number=1)
    with pytest.raises(WrongState):
        VERBS[verb](draft, user)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
@pytest.mark.parametrize("verb", [*VERBS, "begin"])
def test_other_roles_write_nothing(verb, role):
    _user, draft = begin()
    other = staff(role)
    with pytest.raises(NotAllowed):
        begin(other) if verb == "begin" else VERBS[verb](draft, other)
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (SpecificationState.DRAFT, 1)


def test_a_draft_that_contradicts_itself_is_not_kept():
    user, draft = begin()
    with pytest.raises(InvalidInput):
        save(draft, user, [check("min_frame_rate", "warn", 5), check("min_frame_rate", "fail", 10)])


# The screens ---------------------------------------------------------------------------------------------------------


def desk(user=None):
    return sign_in(Client(), user or manager())


def form_of(page):
    """The editor's form as a browser sends it."""
    found = {}
    for field in re.finditer(r"<(input|textarea|select)([^>]*)>(.*?)(?=<(?:input|textarea|select|button))", page, re.S):
        kind, attributes, inside = field.groups()
        name = re.search(r'name="([^"]+)"', attributes)
        if name is None or name[1] in ("csrfmiddlewaretoken", "count"):
            continue
        if kind == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', inside)
            found[name[1]] = chosen[1] if chosen else ""
        elif kind == "textarea":
            found[name[1]] = inside.split("</textarea>")[0].strip()
        else:
            value = re.search(r'value="([^"]*)"', attributes)
            found[name[1]] = value[1] if value else ""
    return found


@pytest.fixture
def drafted():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    client = desk()
    address = client.post(f"{LIST}draft/").url
    return client, address


def test_a_manager_writes_counts_saves_and_publishes(drafted):
    client, address = drafted
    for _ in range(3):
        pending_camera(registrant()[1])
    page = client.get(address).content.decode()
    form = form_of(page) | {"min_retention_hours-fail-value": "5000", "min_retention_hours-warn-value": "6000"}
    counted = client.post(f"{address}save/", form | {"count": "1"})
    assert counted.status_code == 200
    assert '<td class="number">3</td>' in counted.content.decode()
    assert Specification.objects.get(state="draft").version == 1, "counting saves nothing"
    assert client.post(f"{address}save/", form).status_code == 302
    draft = Specification.objects.get(state="draft")
    assert next(one["value"] for one in draft.checks if one["rule"] == "min_retention_hours") in (5000, 6000)
    shown = client.get(f"{address}publish/").content.decode()
    assert "5000" in shown
    answer = client.post(f"{address}publish/", {"version": draft.version})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.state == SpecificationState.IN_FORCE
    progress = client.get(f"{address}progress/").json()
    assert (progress["done"], progress["total"], progress["running"]) == (0, 3, True)
    running = client.get(address).content.decode()
    assert "<progress" in running
    evaluate_cameras(evaluation_pk=Evaluation.objects.get(specification=draft).pk)
    done = client.get(address).content.decode()
    assert "<progress" not in done
    assert client.get(f"{address}progress/").json()["running"] is False


def test_saving_what_is_shown_changes_no_check(drafted):
    client, address = drafted
    before = Specification.objects.get(state="draft").checks
    page = client.get(address).content.decode()
    form = {name: value.replace("&#x27;", "'").replace("&quot;", '"') for name, value in form_of(page).items()}
    assert client.post(f"{address}save/", form).status_code == 302

    def by_rule(checks):
        return sorted(checks, key=lambda one: (one["rule"], one["level"]))

    assert by_rule(Specification.objects.get(state="draft").checks) == by_rule(before)


def test_a_rule_is_turned_off_and_on_with_the_words_that_stand_ready(drafted):
    client, address = drafted
    form = form_of(client.get(address).content.decode()) | {"sign_posted-any-level": ""}
    client.post(f"{address}save/", form)
    assert "sign_posted" not in [one["rule"] for one in Specification.objects.get(state="draft").checks]
    page = client.get(address).content.decode()
    assert "No sign says that there is a camera." in page
    form = form_of(page) | {"sign_posted-any-level": "fail"}
    assert client.post(f"{address}save/", form).status_code == 302
    asked = next(one for one in Specification.objects.get(state="draft").checks if one["rule"] == "sign_posted")
    assert asked["level"] == "fail"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_frame_rate-warn-value", ""),
        ("min_frame_rate-warn-value", "many"),
        ("min_frame_rate-warn-value", "nan"),
        ("min_frame_rate-warn-words_es", ""),
        ("sign_posted-any-advice_en", ""),
        ("sign_posted-any-level", "stop"),
        ("sign_posted-any-words_en", "x" * 700),
        ("min_retention_hours-fail-value", "99999"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(drafted, field, value):
    client, address = drafted
    form = form_of(client.get(address).content.decode()) | {field: value}
    answer = client.post(f"{address}save/", form)
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.content.decode()
    assert Specification.objects.get(state="draft").version == 1


def test_the_later_editor_keeps_what_they_typed_and_sees_what_differs(drafted):
    client, address = drafted
    mine = form_of(client.get(address).content.decode()) | {"night_view-any-words_en": "It is blind at night."}
    other = desk()
    theirs = form_of(other.get(address).content.decode()) | {"min_frame_rate-warn-value": "12"}
    assert other.post(f"{address}save/", theirs).status_code == 302
    answer = client.post(f"{address}save/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It is blind at night." in page
    assert escape("Somebody else saved this draft") in page
    assert 'name="version" value="2"' in page


def test_publishing_asks_again_who_it_is(drafted):
    client, address = drafted
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": time.time() - 7 * 3600} for record in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.post(f"{address}publish/", {"version": 1})
    assert answer.status_code == 403
    assert "fresh proof" in answer.content.decode()
    assert Specification.objects.filter(state="draft").exists()


def test_a_draft_is_thrown_away_and_stays_readable(drafted):
    client, address = drafted
    assert client.post(f"{address}discard/", {"version": 1}).status_code == 302
    assert client.get(address).status_code == 200
    assert client.post(f"{address}save/", {"version": 1}).status_code == 409
    assert "Write the next version" in client.get(LIST).content.decode()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_other_roles_meet_no_editor(drafted, role):
    _client, address = drafted
    client = desk(staff(role))
    sees = role == Role.AUDITOR
    assert client.get(LIST).status_code == (200 if sees else 403)
    page = client.get(address)
    assert page.status_code == (200 if sees else 404)
    assert "draft-form" not in page.content.decode()
    for verb in ("save", "discard", "publish", "retry"):
        answer = client.post(f"{address}{verb}/", {"version": 1})
        assert answer.status_code in ((302, 403, 404, 409, 422) if sees else (404,)), verb
    assert client.post(f"{LIST}draft/").status_code == 403
    draft = Specification.objects.get(state="draft")
    assert draft.version == 1
