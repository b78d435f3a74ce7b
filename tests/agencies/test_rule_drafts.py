"""A manager's draft of a rule is kept as typed, is nobody's else to change, and ends as the rule is put in force."""

from __future__ import annotations

import pytest

from apps.agencies.features import set_features
from apps.agencies.models import Agency, Role, RuleDraft, RuleName
from apps.agencies.request_limits import limits_read, set_request_limits
from apps.agencies.rule_drafts import discard_rule_draft, drafts_of_rule, get_rule_draft, save_rule_draft
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale
from apps.footage_requests.incident_types import FIRST, Given
from apps.footage_requests.ready_texts import FIRST as READY
from apps.footage_requests.ready_texts import GivenText
from apps.footage_requests.services import set_incident_types, set_ready_texts
from apps.ledger.models import Entry
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(agency: Agency):
    return staff(Role.PROGRAM_MANAGER, agency)


def kept(agency, manager, rule=RuleName.FEATURES, **values):
    return save_rule_draft(agency=agency, rule=rule, values={"number": "0", **values}, by=manager)


def test_a_draft_is_one_for_each_manager_and_rule_and_the_ledger_does_not_know_it(agency, manager):
    entries = Entry.objects.count()
    first = kept(agency, manager, until_calls="soon")
    again = kept(agency, manager, until_calls="2030-13-45")
    assert (again.pk, again.values["until_calls"]) == (first.pk, "2030-13-45")
    kept(agency, staff(Role.PROGRAM_MANAGER, agency))
    kept(agency, manager, RuleName.REQUEST_LIMITS)
    assert [draft.author == manager for draft in drafts_of_rule(agency, RuleName.FEATURES)] == [False, True]
    assert Entry.objects.count() == entries


def test_others_keep_and_throw_away_nothing(agency, manager):
    draft = kept(agency, manager)
    others = [staff(role, agency) for role in Role if role != Role.PROGRAM_MANAGER]
    for who in (*others, staff(Role.PROGRAM_MANAGER, AgencyFactory.create())):
        with pytest.raises(NotAllowed):
            kept(agency, who)
        with pytest.raises(NotAllowed):
            discard_rule_draft(agency=agency, rule=RuleName.FEATURES, by=who)
    assert get_rule_draft(agency, RuleName.FEATURES, str(draft.public_id)) == draft


def test_a_manager_throws_only_the_own_draft_away(agency, manager):
    kept(agency, manager)
    colleague = staff(Role.PROGRAM_MANAGER, agency)
    assert not discard_rule_draft(agency=agency, rule=RuleName.FEATURES, by=colleague)
    assert discard_rule_draft(agency=agency, rule=RuleName.FEATURES, by=manager)
    assert not discard_rule_draft(agency=agency, rule=RuleName.FEATURES, by=manager)


def test_a_draft_of_another_agency_or_rule_is_not_found(agency, manager):
    public_id = str(kept(agency, manager).public_id)
    for where, rule, which in (
        (AgencyFactory.create(), RuleName.FEATURES, public_id),
        (agency, RuleName.REQUEST_LIMITS, public_id),
        (agency, RuleName.FEATURES, "none"),
    ):
        with pytest.raises(NotFound):
            get_rule_draft(where, rule, which)


@pytest.mark.parametrize(
    "values",
    [{"a": "x" * 2001}, {"a" * 201: "x"}, {"a": "\x00"}, {f"f{n}": "" for n in range(301)}, {"a": 7}],
)
def test_what_no_form_holds_is_refused(agency, manager, values):
    with pytest.raises(InvalidInput):
        save_rule_draft(agency=agency, rule=RuleName.FEATURES, values=values, by=manager)
    with pytest.raises(InvalidInput):
        save_rule_draft(agency=agency, rule="letterhead", values={}, by=manager)


def test_putting_the_rule_in_force_ends_the_own_draft_and_no_other(agency, manager):
    colleague = staff(Role.PROGRAM_MANAGER, agency)
    for rule in RuleName:
        kept(agency, manager, rule)
        kept(agency, colleague, rule)
    set_features(agency=agency, off={"calls": None}, number=0, by=manager)
    set_request_limits(agency=agency, area_m2=None, hours=2, per_case=None, per_partner=None, by=manager)
    types = [Given(one["code"], one["names"], one["retired"], one["urgent"], None) for one in FIRST]
    set_incident_types(agency=agency, types=types, number=0, by=manager)
    texts = [GivenText(**one, place=None) for one in READY]
    set_ready_texts(agency=agency, texts=texts, number=0, by=manager)
    assert set(RuleDraft.objects.values_list("author", flat=True)) == {colleague.pk}
    assert RuleDraft.objects.count() == len(RuleName)


def test_a_refused_rule_leaves_the_draft(agency, manager):
    kept(agency, manager)
    with pytest.raises(InvalidInput):
        set_features(agency=agency, off={"plates": None}, number=0, by=manager)
    assert RuleDraft.objects.count() == 1


def test_the_second_of_two_managers_is_told_that_the_limits_changed(agency, manager):
    given = {"area_m2": None, "per_case": None, "per_partner": None, "read": limits_read(agency)}
    set_request_limits(agency=agency, hours=2, by=manager, **given)
    with pytest.raises(Stale):
        set_request_limits(agency=agency, hours=3, by=staff(Role.PROGRAM_MANAGER, agency), **given)
    agency.refresh_from_db()
    assert agency.request_hours == 2
