"""How all cameras do against a specification: what is judged of each, counts before it is in force, the job after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from apps.cameras.models import Camera, Evaluation
from apps.cameras.states import OPEN_RUNS, CameraState
from apps.specifications.checks import Check, missed_at
from apps.specifications.models import Specification
from apps.specifications.rules import FACTS
from apps.specifications.states import ConformanceOutcome

_PLACE_FACTS = ("field_of_view", "range_m")
# The column of each fact that a rule can ask about.
COLUMNS: dict[str, str] = {fact: f"place__{fact}" if fact in _PLACE_FACTS else fact for fact in FACTS}


def facts_of(camera: Camera) -> dict[str, Any]:
    """What the camera's owner stated of it, by fact."""
    return {fact: getattr(camera.place if fact in _PLACE_FACTS else camera, fact) for fact in FACTS}


def judged_cameras() -> QuerySet[Camera]:
    """The cameras that a specification is about: all but those that are out of the program for good."""
    return Camera.objects.exclude(state=CameraState.RETIRED)


@dataclass(frozen=True, slots=True)
class Preview:
    """How all cameras would do under some checks."""

    total: int
    passed: int
    warned: int
    failed: int


def preview_of(checks: list[Check]) -> Preview:
    """Count, in one statement, how all cameras would do under these checks. Nothing is written."""
    fails = missed_at(ConformanceOutcome.FAIL, checks, COLUMNS)
    warns = missed_at(ConformanceOutcome.WARN, checks, COLUMNS)
    # Two counts that cannot miss each other: a comparison with a fact that nobody stated is unknown in SQL, and so
    # would be its negation.
    counted = judged_cameras().aggregate(
        total=Count("pk"), failed=Count("pk", filter=fails), missed=Count("pk", filter=fails | warns)
    )
    total, failed, missed = counted["total"], counted["failed"], counted["missed"]
    return Preview(total=total, passed=total - missed, warned=missed - failed, failed=failed)


def evaluation_of(specification: Specification) -> Evaluation | None:
    """The job that judges all cameras against this version; none for drafts."""
    return Evaluation.objects.filter(specification=specification).first()


def progress_of(evaluation: Evaluation) -> dict[str, Any]:
    """How far it is, for the page and its script."""
    return {
        "state": evaluation.state,
        "words": str(evaluation.get_state_display()),
        "total": evaluation.total,
        "done": evaluation.done,
        "running": evaluation.state in OPEN_RUNS,
        "given_up": evaluation.is_given_up,
    }
