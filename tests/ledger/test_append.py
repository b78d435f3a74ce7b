"""Writing an act's entry."""

import json
from uuid import uuid4

import pytest
from django.db import transaction

from apps.ledger import selectors, services
from apps.ledger.canonical import NotCanonical, canonical
from apps.ledger.models import Entry, PrivatePart
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db


def an_act(**changes):
    values = {
        "action": "camera.registered",
        "actor": Actor(kind="user", public_id=str(uuid4()), role="owner"),
        "subject": Subject.of("camera", uuid4()),
        "facts": {"count": 3},
    }
    return Act(**{**values, **changes})


def test_the_leaf_is_canonical_and_says_who_did_what_to_what():
    act = an_act()
    entry = Entry.objects.get(pk=services.append(act).pk)
    record = json.loads(bytes(entry.leaf))
    assert canonical(record) == bytes(entry.leaf)
    assert record["id"] == str(entry.public_id)
    assert record["action"] == "camera.registered"
    assert (entry.actor, entry.subject, entry.facts) == (act.actor, act.subject, act.facts)
    assert "private" not in record


def test_private_data_stand_beside_the_leaf_which_only_commits_to_them():
    entry = Entry.objects.get(pk=services.append(an_act(private={"name": "Ada Lovelace"})).pk)
    assert b"Ada" not in bytes(entry.leaf)
    assert entry.private == {"name": "Ada Lovelace"}
    part = PrivatePart.objects.get(entry=entry)
    assert entry.record["private"] == services.commitment(bytes(part.salt), part.data.encode())


def test_the_same_private_data_never_have_the_same_commitment_twice():
    first, second = (services.append(an_act(private={"name": "Ada"})) for _ in range(2))
    assert first.record["private"] != second.record["private"]


def test_an_act_that_fails_leaves_no_entry():
    def act_and_fail():
        with transaction.atomic():
            services.append(an_act())
            raise RuntimeError

    pytest.raises(RuntimeError, act_and_fail)
    assert not Entry.objects.exists()


def test_facts_without_one_spelling_stop_the_act():
    with pytest.raises(NotCanonical):
        services.append(an_act(facts={"latitude": float("nan")}))
    assert not Entry.objects.exists()


def test_entries_of_a_subject_come_in_order_and_alone():
    subject = Subject.of("camera", uuid4())
    mine = [services.append(an_act(subject=subject, action=f"camera.step{n}")) for n in range(3)]
    services.append(an_act())
    assert selectors.entries_for(subject) == mine
