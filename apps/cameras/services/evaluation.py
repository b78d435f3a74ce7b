"""Cameras are judged against the specification: each when it is saved, all of them when a version comes into force."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.conformance import COLUMNS, facts_of, judged_cameras
from apps.cameras.models import Camera, Conformance, Evaluation
from apps.cameras.services.runs import BATCH, work_through
from apps.cameras.specification_mail import tell_of_specification
from apps.cameras.states import RUN_TRANSITIONS, CameraState, RunState
from apps.core.background import enqueue_after_commit
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.specifications import policies
from apps.specifications.checks import findings, outcome_of
from apps.specifications.models import Specification
from apps.specifications.selectors import specification_in_force
from apps.specifications.states import ConformanceOutcome, SpecificationState

# Partners whose owners are written to in one transaction.
TELL_BATCH = 100
_WORSE = (ConformanceOutcome.PASS, ConformanceOutcome.WARN, ConformanceOutcome.FAIL)


def judge_camera(camera: Camera) -> Conformance | None:
    """Judge the camera against the specification in force; part of the caller's act. None if there is none.

    Its row refers to the version, so a publication that would supersede it waits until the caller commits. If one came
    into force just before, the camera is judged by that one.
    """
    conformance = None
    while True:
        specification = specification_in_force()
        if specification is None or (conformance is not None and conformance.specification_id == specification.pk):
            return conformance
        reasons = findings(facts_of(camera), specification.checks)
        conformance, _created = Conformance.objects.update_or_create(
            camera=camera,
            specification=specification,
            defaults={"outcome": outcome_of(reasons), "reasons": reasons, "worsened": False},
        )


def start_evaluation(specification: Specification) -> Evaluation:
    """Begin to judge all cameras against the version; part of the act that puts it in force."""
    evaluation = Evaluation.objects.create(specification=specification, total=judged_cameras().count())
    _ring(evaluation)
    return evaluation


def evaluate_cameras(*, evaluation_pk: int) -> bool:
    """Do the work of an evaluation until it ends. Twice, at once or killed anywhere: the same result, once.

    False if somebody else has it or it has ended.
    """
    return work_through(Evaluation, evaluation_pk, _step)


def retry_evaluation(*, evaluation: Evaluation, user: User, actor: Actor) -> Evaluation:
    """Try an evaluation again that was given up. Raises NotAllowed, WrongState if it is at work or has ended."""
    with transaction.atomic():
        if not policies.can_write_specifications(user):
            raise NotAllowed(_("Only a program manager writes or publishes a specification."), code="role")
        evaluation = locked(Evaluation.objects).select_related("specification").get(pk=evaluation.pk)
        if not evaluation.is_given_up:
            raise WrongState(_("This job is at work or has ended."), code="not_given_up")
        evaluation.attempts = 0
        evaluation.save(update_fields=["attempts"])
        ledger.record(
            "specification.evaluation_retried",
            Subject.of("specification", evaluation.specification.public_id),
            actor,
            done=evaluation.done,
            total=evaluation.total,
        )
        _ring(evaluation)
        return evaluation


def _step(evaluation: Evaluation) -> None:
    specification = evaluation.specification
    if specification.state != SpecificationState.IN_FORCE:
        _go(evaluation, RunState.OVERTAKEN)
    elif evaluation.state == RunState.WORKING:
        _judge_batch(evaluation, specification)
    else:
        _tell_batch(evaluation, specification)


def _judge_batch(evaluation: Evaluation, specification: Specification) -> None:
    """Judge the cameras behind the cursor. Their rows are locked: an owner's change comes wholly before or after."""
    behind = judged_cameras().filter(pk__gt=evaluation.cursor).order_by("pk")
    keys = [camera.pk for camera in locked(behind.only("pk"))[:BATCH]]
    if keys:
        _judge(judged_cameras().filter(pk__gt=evaluation.cursor, pk__lte=keys[-1]), specification)
        evaluation.cursor = keys[-1]
        evaluation.done += len(keys)
        evaluation.total = max(evaluation.total, evaluation.done)
        return
    # A registration that was under way at publication may have committed behind the cursor.
    known = Conformance.objects.filter(camera=OuterRef("pk"), specification=specification)
    missed = judged_cameras().exclude(Exists(known)).order_by("pk")
    late = [camera.pk for camera in locked(missed.only("pk"))[:BATCH]]
    if late:
        _judge(judged_cameras().filter(pk__in=late), specification)
        return
    evaluation.total = evaluation.done
    evaluation.cursor = 0
    _go(evaluation, RunState.TELLING)


def _judge(cameras: QuerySet[Camera], specification: Specification) -> None:
    conformances = Conformance.objects.filter(camera__in=cameras)
    known, before = set(), {}
    earlier = conformances.order_by("specification__number").values_list("camera_id", "specification_id", "outcome")
    for camera_pk, specification_pk, outcome in earlier:
        if specification_pk == specification.pk:
            known.add(camera_pk)  # its owner saved it since the publication, and was told then
        else:
            before[camera_pk] = outcome
    fresh = []
    for camera_pk, *facts in cameras.values_list("pk", *COLUMNS.values()):
        if camera_pk in known:
            continue
        reasons = findings(dict(zip(COLUMNS, facts, strict=True)), specification.checks)
        outcome = outcome_of(reasons)
        fresh.append(
            Conformance(
                camera_id=camera_pk,
                specification=specification,
                outcome=outcome,
                reasons=reasons,
                worsened=_is_worse(outcome, before.get(camera_pk)),
            )
        )
    Conformance.objects.bulk_create(fresh, ignore_conflicts=True)


def _is_worse(outcome: str, before: str | None) -> bool:
    return before is not None and _WORSE.index(ConformanceOutcome(outcome)) > _WORSE.index(ConformanceOutcome(before))


def _tell_batch(evaluation: Evaluation, specification: Specification) -> None:
    """Write to the owners of the next partners; when none is left, count and end."""
    worse = Conformance.objects.filter(specification=specification, worsened=True).exclude(
        camera__state=CameraState.RETIRED
    )
    partners = worse.filter(camera__site__partner_id__gt=evaluation.cursor, camera__site__partner__left_at__isnull=True)
    keys = list(
        partners.order_by("camera__site__partner_id")
        .values_list("camera__site__partner_id", flat=True)
        .distinct()[:TELL_BATCH]
    )
    if keys:
        rows = worse.filter(camera__site__partner_id__in=keys).select_related("camera__site__partner").order_by("pk")
        evaluation.told += tell_of_specification(specification, list(rows))
        evaluation.cursor = keys[-1]
        return
    _count(evaluation, specification)
    evaluation.worsened = worse.count()
    _go(evaluation, RunState.DONE)
    ledger.record(
        "specification.evaluated",
        Subject.of("specification", specification.public_id),
        Actor.system("evaluation"),
        number=specification.number,
        cameras=evaluation.total,
        **{"pass": evaluation.passed},
        warn=evaluation.warned,
        fail=evaluation.failed,
        worsened=evaluation.worsened,
        partners_told=evaluation.told,
    )


def _count(evaluation: Evaluation, specification: Specification) -> None:
    rows = Conformance.objects.filter(specification=specification).exclude(camera__state=CameraState.RETIRED)
    counts: Counter[str] = Counter(rows.values_list("outcome", flat=True))
    evaluation.passed = counts[ConformanceOutcome.PASS]
    evaluation.warned = counts[ConformanceOutcome.WARN]
    evaluation.failed = counts[ConformanceOutcome.FAIL]


def _go(evaluation: Evaluation, state: RunState) -> None:
    RUN_TRANSITIONS.check(evaluation.state, state)
    evaluation.state = state


def _ring(evaluation: Evaluation) -> None:
    enqueue_after_commit("apps.cameras.tasks.evaluate_specification", evaluation.pk)
