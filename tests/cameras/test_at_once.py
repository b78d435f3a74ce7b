"""The same act many times at once, and acts that race."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.cameras.models import Camera
from apps.core.errors import Stale
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.models import Partner
from apps.partners.services import join_program
from apps.terms.models import Acceptance
from apps.terms.services import accept_terms, digest_of, publish_and_put_in_force
from tests.factories.actors import actor_for
from tests.factories.cameras import pending_camera, site
from tests.factories.people import UserFactory, registrant

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 8


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act returned or raised, all of them started together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(20)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(run, acts))


def test_one_form_sent_many_times_at_once_registers_one_camera():
    _user, partner = registrant()
    key, place = uuid.uuid4(), site(partner)
    cameras = at_once([lambda: pending_camera(partner, request_key=key, site=place)] * CROWD)
    assert {type(one) for one in cameras} == {Camera}, cameras
    assert len({one.pk for one in cameras}) == 1
    assert Entry.objects.filter(action="camera.registered").count() == 1
    assert Message.objects.count() == 1


def test_one_form_sent_many_times_at_once_joins_once():
    user, key = UserFactory.create(), uuid.uuid4()
    partners = at_once(
        [
            lambda: join_program(
                user=user, kind="resident", name="We", agencies=[], request_key=key, actor=actor_for(user)
            )
        ]
        * CROWD
    )
    assert {type(one) for one in partners} == {Partner}, partners
    assert Partner.objects.count() == 1
    assert Entry.objects.filter(action="partner.joined").count() == 1


def test_terms_that_change_while_many_accept_leave_no_acceptance_of_the_old_after_the_new():
    version, _changed = _publish("old")
    people = [registrant(accepted=False) for _ in range(CROWD - 1)]

    def accepting(user: Any, partner: Partner) -> Callable[[], Any]:
        return lambda: accept_terms(
            partner=partner,
            user=user,
            version_id=version.public_id,
            language="en",
            digest_shown=digest_of("old"),
            actor=actor_for(user),
        )

    answers = at_once([*(accepting(*one) for one in people), lambda: _publish("new")])
    accepted = [one for one in answers if isinstance(one, Acceptance)]
    assert all(isinstance(one, Acceptance | Stale) for one in answers[:-1]), answers
    assert Acceptance.objects.count() == len(accepted)
    newer = Entry.objects.get(action="terms.put_in_force", subject_id=str(answers[-1][0].public_id))
    assert not Entry.objects.filter(action="terms.accepted", pk__gt=newer.pk).exists()


def _publish(word: str) -> Any:
    texts = {"en": word, "es": word}
    return publish_and_put_in_force(summary=texts, full_text=texts, actor=Actor.system("test"))
