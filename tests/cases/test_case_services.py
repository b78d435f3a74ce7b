"""Notes with their history, and the numbers of other systems: each verb, its guard, its entry."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.agencies.models import Role
from apps.agencies.services import get_or_create_case
from apps.cases import policies
from apps.cases.models import CaseNote, NoteText
from apps.cases.selectors import notes_of
from apps.cases.services import NOTE_MAX, add_note, change_note, set_cad_number, set_rms_number
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale
from apps.ledger.models import Entry
from tests.factories.cases import note_on
from tests.factories.people import UserFactory, registrant, staff

pytestmark = pytest.mark.django_db

WRITERS = {Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN}


@pytest.fixture
def case(agency):
    return get_or_create_case(agency=agency, number="26-004711")


@pytest.fixture
def author(agency):
    return staff(Role.DETECTIVE, agency)


def entries(case):
    return list(Entry.objects.filter(subject_kind="case", subject_id=str(case.public_id)).order_by("pk"))


def test_a_note_and_each_change_of_it_is_kept_with_an_entry_that_names_no_words(case, author):
    note = note_on(case, author, "The neighbor saw a van.")
    change_note(note=note, version=1, text="The neighbor saw a white van.", work_product=True, user=author)
    [shown] = notes_of(author, case, at_most=10)
    assert (shown.last.text, shown.last.work_product) == ("The neighbor saw a white van.", True)
    assert [(one.text, one.work_product) for one in shown.earlier] == [("The neighbor saw a van.", False)]
    added, changed = entries(case)
    assert (added.action, changed.action) == ("case.note_added", "case.note_changed")
    assert changed.facts == {"note": str(note.public_id), "number": 2, "work_product": True}
    assert changed.actor.role == Role.DETECTIVE
    assert changed.private == {"text": "The neighbor saw a white van."}
    assert b"van" not in bytes(added.leaf) + bytes(changed.leaf)


def test_the_same_form_twice_is_one_note_and_the_same_text_again_no_change(case, author):
    key = uuid4()
    one, two = (add_note(case=case, text="Once.", work_product=False, user=author, request_key=key) for _ in range(2))
    assert one == two
    change_note(note=one, version=1, text="Once.", work_product=False, user=author)
    assert NoteText.objects.count() == len(entries(case)) == 1


def test_a_key_of_somebody_elses_note_finds_nothing(case, author, agency):
    key = uuid4()
    add_note(case=case, text="Mine.", work_product=False, user=author, request_key=key)
    with pytest.raises(NotFound):
        add_note(case=case, text="Theirs.", work_product=False, user=staff(Role.SUPERVISOR, agency), request_key=key)


def test_an_older_version_overwrites_nothing(case, author):
    note = note_on(case, author)
    change_note(note=note, version=1, text="Second.", work_product=False, user=author)
    with pytest.raises(Stale):
        change_note(note=note, version=1, text="Third.", work_product=False, user=author)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (NOTE_MAX + 1), "a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused(case, author, text):
    with pytest.raises(InvalidInput) as refused:
        note_on(case, author, text)
    assert "text" in refused.value.fields
    assert not CaseNote.objects.exists()


def test_nobody_changes_a_colleagues_note(case, author, agency):
    note = note_on(case, author)
    with pytest.raises(NotAllowed):
        change_note(note=note, version=1, text="Else.", work_product=False, user=staff(Role.SUPERVISOR, agency))


@pytest.mark.parametrize("role", Role.values)
def test_who_reads_and_who_writes_follows_the_role(role, case, agency, author):
    note, person = note_on(case, author), staff(role, agency)
    reads = role in WRITERS | {Role.AUDITOR}
    assert policies.can_view_note(person, note) is (note in policies.viewable_notes(person)) is reads
    expected = None if role in WRITERS else NotAllowed if reads else NotFound
    if expected is None:
        assert note_on(case, person).author == person
    else:
        with pytest.raises(expected):
            note_on(case, person)
        with pytest.raises(expected):
            set_cad_number(case=case, number="1", known="", user=person)


@pytest.mark.parametrize("who", ["another agency", "an owner", "nobody's staff"])
def test_others_find_neither_case_nor_note(who, case, author, agency):
    person = {
        "another agency": lambda: staff(Role.DETECTIVE),
        "an owner": lambda: registrant(agency)[0],
        "nobody's staff": lambda: UserFactory.create(is_staff=True),
    }[who]()
    note = note_on(case, author)
    assert note not in policies.viewable_notes(person)
    for act in (
        lambda: note_on(case, person),
        lambda: change_note(note=note, version=1, text="x", work_product=False, user=person),
        lambda: set_rms_number(case=case, number="1", known="", user=person),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(("verb", "field"), [(set_cad_number, "cad_number"), (set_rms_number, "rms_number")])
def test_a_number_of_another_system_is_set_cleared_and_kept_out_of_the_leaf(verb, field, case, author):
    verb(case=case, number=" 2026-0114877 ", known="", user=author)
    verb(case=case, number="2026-0114877", known="", user=author)  # sent twice
    case.refresh_from_db()
    assert getattr(case, field) == "2026-0114877"
    [entry] = entries(case)
    assert entry.action == f"case.{field}_set"
    assert entry.private == {"number": "2026-0114877", "before": ""}
    assert b"0114877" not in bytes(entry.leaf)
    verb(case=case, number="", known="2026-0114877", user=author)
    case.refresh_from_db()
    assert getattr(case, field) == ""


@pytest.mark.parametrize("number", ["-1", "a b;drop", "1" * 31, "１２", "<b>", "26_1"])
def test_what_is_no_number_is_refused(number, case, author):
    with pytest.raises(InvalidInput):
        set_cad_number(case=case, number=number, known="", user=author)


def test_two_people_do_not_overwrite_each_others_number(case, author, agency):
    set_cad_number(case=case, number="A-1", known="", user=author)
    with pytest.raises(Stale):
        set_cad_number(case=case, number="A-2", known="", user=staff(Role.ANALYST, agency))
