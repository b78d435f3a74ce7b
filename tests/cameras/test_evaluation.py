"""A new version is judged over all cameras, by a job that bears being killed, doubled and overtaken."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.cameras.models import Camera, Conformance, Evaluation
from apps.cameras.selectors import conformance_of
from apps.cameras.services import evaluate_cameras, retry_evaluation
from apps.cameras.services import evaluation as evaluation_service
from apps.cameras.services.runs import due_runs
from apps.cameras.states import CameraState, RunState
from apps.cameras.tasks import sweep_register
from apps.core.errors import NotAllowed, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.services import leave_program
from apps.specifications.services import publish_specification
from tests.factories.actors import actor_for
from tests.factories.cameras import owner_of, pending_camera, reviewer, site
from tests.factories.people import registrant
from tests.specifications.test_rules import check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(evaluation_service, "BATCH", 2)
    monkeypatch.setattr(evaluation_service, "TELL_BATCH", 1)


def publish(*checks):
    specification = publish_specification(checks=list(checks), actor=Actor.system("test"))
    return Evaluation.objects.get(specification=specification)


LENIENT = check("min_retention_hours", "warn", 1)
STRICT = check("min_retention_hours", "fail", 10_000)


def register(count, **details):
    user, partner = registrant()
    home = site(partner)
    return [pending_camera(partner, site=home, **details) for _ in range(count)]


def outcomes(evaluation):
    rows = Conformance.objects.filter(specification=evaluation.specification)
    return sorted(rows.values_list("outcome", flat=True))


def test_all_cameras_are_judged_and_counted():
    publish(LENIENT)
    register(5)
    register(2, retention_hours=8000)
    retired = register(1)[0]
    Camera.objects.filter(pk=retired.pk).update(state=CameraState.RETIRED)
    evaluation = publish(check("min_retention_hours", "fail", 1000))
    assert evaluate_cameras(evaluation_pk=evaluation.pk) is True
    evaluation.refresh_from_db()
    assert evaluation.state == RunState.DONE
    assert (evaluation.total, evaluation.done) == (7, 7)
    assert (evaluation.passed, evaluation.warned, evaluation.failed, evaluation.worsened) == (2, 0, 5, 5)
    assert outcomes(evaluation) == ["fail"] * 5 + ["pass"] * 2
    assert Entry.objects.filter(action="specification.evaluated").count() == 1


def test_owners_are_told_once_for_all_their_cameras_and_in_their_language():
    publish(LENIENT)
    cameras = register(3)
    owner = owner_of(cameras[0].site.partner)
    owner.language = "es"
    owner.save()
    register(1, retention_hours=8784)
    evaluation = publish({**STRICT, "value": 8784})
    evaluate_cameras(evaluation_pk=evaluation.pk)
    told = Message.objects.get(kind="camera.specification")
    assert told.recipient == owner.email
    assert "No es así." in told.text
    assert "Cámbielo." in told.text
    assert told.text.count("Front door") == 3
    evaluation.refresh_from_db()
    assert evaluation.told == 1


def test_nobody_is_told_whose_camera_does_as_well_as_before_or_who_left():
    publish(STRICT)
    register(1)
    publish_again = publish(STRICT)
    evaluate_cameras(evaluation_pk=publish_again.pk)
    publish(LENIENT)
    gone = register(1)[0]
    leaver = owner_of(gone.site.partner)
    leave_program(partner=gone.site.partner, user=leaver, actor=actor_for(leaver))
    evaluation = publish(STRICT)
    evaluate_cameras(evaluation_pk=evaluation.pk)
    assert not Message.objects.filter(kind="camera.specification", recipient=leaver.email).exists()


def test_a_camera_that_its_owner_saved_since_is_left_as_it_is():
    publish(LENIENT)
    register(1)
    evaluation = publish(STRICT)
    late = register(1)[0]
    judged = conformance_of(late)
    evaluate_cameras(evaluation_pk=evaluation.pk)
    assert conformance_of(Camera.objects.get(pk=late.pk)) == judged
    assert outcomes(evaluation) == ["fail", "fail"]


class _Killed(BaseException):
    """The process is gone: nothing catches it."""


@pytest.mark.parametrize(
    ("dies_in", "after"),
    [("_judge", 0), ("_judge", 1), ("tell_of_specification", 0), ("tell_of_specification", 1), ("_count", 0)],
)
def test_killed_anywhere_the_work_is_done_once_by_the_next(monkeypatch, dies_in, after):
    publish(LENIENT)
    for _ in range(3):
        register(2)
    evaluation = publish(STRICT)
    real, calls = getattr(evaluation_service, dies_in), []

    def dying(*args):
        calls.append(args)
        result = real(*args)
        if len(calls) > after:
            raise _Killed
        return result

    monkeypatch.setattr(evaluation_service, dies_in, dying)
    with pytest.raises(_Killed):
        evaluate_cameras(evaluation_pk=evaluation.pk)
    monkeypatch.setattr(evaluation_service, dies_in, real)
    assert evaluate_cameras(evaluation_pk=evaluation.pk) is False, "the lease of the dead one still holds"
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert due_runs(Evaluation)[-1] == evaluation.pk
        assert evaluate_cameras(evaluation_pk=evaluation.pk) is True
        assert evaluate_cameras(evaluation_pk=evaluation.pk) is False, "it is done"
    evaluation.refresh_from_db()
    assert (evaluation.done, evaluation.failed, evaluation.told) == (6, 6, 3)
    assert outcomes(evaluation) == ["fail"] * 6
    assert Message.objects.filter(kind="camera.specification").count() == 3
    assert Entry.objects.filter(action="specification.evaluated").count() == 1


def test_a_batch_that_fails_three_times_waits_for_a_person_who_may_try_again(monkeypatch):
    publish(LENIENT)
    register(1)
    evaluation = publish(STRICT)
    real = evaluation_service._judge
    monkeypatch.setattr(evaluation_service, "_judge", lambda *args: 1 / 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            evaluate_cameras(evaluation_pk=evaluation.pk)
    assert evaluate_cameras(evaluation_pk=evaluation.pk) is False
    evaluation.refresh_from_db()
    assert evaluation.failure_reason == "ZeroDivisionError"
    assert due_runs(Evaluation) == [Evaluation.objects.exclude(pk=evaluation.pk).get().pk]
    monkeypatch.setattr(evaluation_service, "_judge", real)
    owner = owner_of(Camera.objects.get().site.partner)
    with pytest.raises(NotAllowed):
        retry_evaluation(evaluation=evaluation, user=owner, actor=actor_for(owner))
    manager, _purpose = reviewer()
    retry_evaluation(evaluation=evaluation, user=manager, actor=actor_for(manager))
    with pytest.raises(WrongState):
        retry_evaluation(evaluation=evaluation, user=manager, actor=actor_for(manager))
    assert evaluate_cameras(evaluation_pk=evaluation.pk) is True
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.failed, evaluation.failure_reason) == (RunState.DONE, 1, "")


def test_a_newer_version_overtakes_the_job_of_the_older():
    publish(LENIENT)
    register(2)
    older, newer = publish(STRICT), publish(LENIENT)
    assert evaluate_cameras(evaluation_pk=older.pk) is True
    older.refresh_from_db()
    assert (older.state, outcomes(older)) == (RunState.OVERTAKEN, [])
    evaluate_cameras(evaluation_pk=newer.pk)
    assert outcomes(newer) == ["pass", "pass"]
    assert not Message.objects.filter(kind="camera.specification").exists()


def test_the_sweep_finds_what_the_broker_lost(monkeypatch):
    publish(LENIENT)
    rung = []
    monkeypatch.setattr("apps.cameras.tasks.enqueue_after_commit", lambda task, pk: rung.append((task, pk)))
    sweep_register()
    assert ("apps.cameras.tasks.evaluate_specification", Evaluation.objects.get().pk) in rung


def test_a_registration_that_committed_behind_the_cursor_is_found_at_the_end(monkeypatch):
    publish(LENIENT)
    first = register(1)[0]
    evaluation = publish(STRICT)
    Evaluation.objects.filter(pk=evaluation.pk).update(cursor=first.pk + 10, done=1)
    evaluate_cameras(evaluation_pk=evaluation.pk)
    assert outcomes(evaluation) == ["fail"]
