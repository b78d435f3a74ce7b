"""The author's side: begin, draw, undo, submit; who may, and what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.evidence.states import DerivativeKind
from apps.ledger import selectors as ledger
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.policies import can_view_redaction, viewable_redactions
from apps.redaction.selectors import get_redaction_for, plan_of
from apps.redaction.services import save_plan, start_redaction, submit_redaction, undo_plan
from apps.redaction.services.guard import subject_of
from apps.redaction.states import RedactionState
from tests.factories.people import staff
from tests.factories.redaction import begun, drawn, face, signed, somebody, submitted

pytestmark = pytest.mark.django_db


def acts(redaction: Redaction) -> list[str]:
    return [entry.action.removeprefix("redaction.") for entry in ledger.entries_for(subject_of(redaction))]


def save(redaction: Redaction, content: object, user=None, version: int | None = None) -> Redaction:
    seen = redaction.version if version is None else version
    return save_plan(redaction=redaction, version=seen, content=content, user=user or redaction.author)


def test_it_begins_empty_in_the_film_that_plays_and_once(item):
    author, key = somebody(item), uuid4()
    given = {"case": item.submission.case, "item": item, "title": "For the paper", "keeps_sound": False}
    mine = start_redaction(**given, user=author, request_key=key)
    assert start_redaction(**given, user=author, request_key=key) == mine
    film = item.derivatives.get(kind=DerivativeKind.WORKING_COPY)
    assert (mine.film, mine.width, mine.height, mine.pictures) == (film.digest, 320, 240, 50)
    assert (mine.state, plan_of(mine).boxes) == (RedactionState.DRAFT, 0)
    assert acts(mine) == ["started"]
    with pytest.raises(NotFound):
        start_redaction(**given, user=somebody(item), request_key=key)


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        (Role.DETECTIVE, True),
        (Role.SUPERVISOR, True),
        (Role.ANALYST, True),
        (Role.RECORDS_CUSTODIAN, True),
        (Role.AUDITOR, False),
        (Role.PROGRAM_MANAGER, False),
    ],
)
def test_who_plays_the_film_may_begin_one(item, role, begins):
    person = staff(role, item.agency)
    with pytest.raises(NotAllowed if begins else NotFound):
        begun(item, person)  # nobody does without a recorded reason
    if begins:
        assert begun(item, somebody(item, role)).state == RedactionState.DRAFT


def test_sound_is_kept_only_where_copies_may_have_it(item):
    with pytest.raises(InvalidInput):
        begun(item, keeps_sound=True)


def test_who_sees_the_item_sees_its_redactions_and_nobody_else_does(item):
    mine = begun(item)
    for role, sees in [(Role.DETECTIVE, True), (Role.AUDITOR, True), (Role.PROGRAM_MANAGER, False)]:
        person = staff(role, item.agency)
        assert can_view_redaction(person, mine) is sees
        assert viewable_redactions(person).exists() is sees
    giver = item.submission.invitation.request.author
    assert can_view_redaction(giver, mine) == viewable_redactions(giver).exists()
    with pytest.raises(NotFound):
        get_redaction_for(staff(Role.DETECTIVE), mine.public_id)
    item.restricted_at = item.received_at
    item.save()
    assert not can_view_redaction(mine.author, mine)


def test_each_change_is_a_version_with_an_entry_and_the_same_again_is_none(item):
    mine = begun(item)
    content = {"regions": [face()], "mutes": []}
    mine = save(mine, content)
    assert (mine.version, save(mine, content).version) == (2, 2)
    entry = ledger.entries_for(subject_of(mine))[-1]
    assert entry.facts["statutes"] == ["s. 119.071(2)(d), F.S."]
    assert (entry.facts["boxes"], entry.facts["digest"]) == (2, plan_of(mine).digest)
    assert plan_of(mine).regions[0].ground.what == "A face"
    with pytest.raises(Stale):
        save(mine, {"regions": [], "mutes": []}, version=1)


def test_only_the_author_draws(item):
    mine = begun(item)
    for person in (somebody(item), somebody(item, Role.SUPERVISOR)):
        with pytest.raises(NotAllowed):
            save(mine, {"regions": [face()]}, person)
    with pytest.raises(NotFound):
        save(mine, {"regions": [face()]}, staff(Role.DETECTIVE))
    assert mine.plans.count() == 1


def test_undo_goes_back_step_by_step_and_forward_from_there(item):
    mine = begun(item)
    one, two = face(what="one"), face(what="two")
    mine = save(mine, {"regions": [one]})
    mine = save(mine, {"regions": [one, two]})

    def undone() -> list[str]:
        nonlocal mine
        mine = undo_plan(redaction=mine, version=mine.version, user=mine.author)
        return [one.ground.what for one in plan_of(mine).regions]

    assert [undone(), undone()] == [["one"], []]
    with pytest.raises(WrongState):
        undone()
    mine = save(mine, {"regions": [two]})
    assert undone() == []
    with pytest.raises(WrongState):
        undone()
    assert mine.version == PlanVersion.objects.filter(redaction=mine).count() == 7
    assert acts(mine)[-1] == "undone"


def test_nothing_is_submitted_without_a_ground_for_everything(item):
    mine = begun(item)
    with pytest.raises(InvalidInput):
        submit_redaction(redaction=mine, version=1, user=mine.author)
    mine = drawn(mine, face(), face(exemption=""))
    with pytest.raises(InvalidInput):
        submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    mine = drawn(mine, face(), face(exemption="other"))
    with pytest.raises(InvalidInput):  # another statute has to be named
        submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    mine = drawn(mine, face(), face(exemption="other") | {"citation": "s. 1, F.S."})
    with pytest.raises(NotAllowed):
        submit_redaction(redaction=mine, version=mine.version, user=somebody(item))
    mine = submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    assert (mine.state, acts(mine)[-1]) == (RedactionState.SUBMITTED, "submitted")


def test_what_is_read_or_made_does_not_change(item):
    for mine in (submitted(item), signed(item)):
        with pytest.raises(WrongState):
            save(mine, {"regions": []})
        with pytest.raises(WrongState):
            undo_plan(redaction=mine, version=mine.version, user=mine.author)
