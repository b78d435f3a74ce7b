"""The installation specification: versions of it, and how a camera does against the one in force."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.checks import check_list, findings, outcome_of
from apps.cameras.models import Camera, Conformance, Specification
from apps.cameras.states import SpecificationState
from apps.core.errors import NotAllowed
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject


def publish_specification(*, checks: list[dict[str, Any]], actor: Actor, user: User | None = None) -> Specification:
    """Put a new version of the specification in force; the one before it is superseded.

    Cameras are judged against it when they are registered or changed next. `user` is the program manager; None is for
    the portal's own commands. Raises NotAllowed, InvalidInput for a check that is none.
    """
    with transaction.atomic():
        if user is not None and not policies.can_review_cameras(user):
            raise NotAllowed(_("Only a program manager publishes a specification."), code="role")
        checked = check_list(checks)
        before = Specification.objects.select_for_update().filter(state=SpecificationState.IN_FORCE).first()
        last = Specification.objects.aggregate(last=Max("number"))["last"] or 0
        if before is not None:
            before.state = SpecificationState.SUPERSEDED
            before.save(update_fields=["state"])
        specification = Specification.objects.create(
            number=last + 1, state=SpecificationState.IN_FORCE, checks=checked, in_force_at=timezone.now()
        )
        ledger.append(
            Act(
                action="specification.published",
                actor=actor,
                subject=Subject.of("specification", specification.public_id),
                facts={"number": specification.number, "rules": [check["rule"] for check in checked]},
            )
        )
        return specification


def judge_camera(camera: Camera) -> Conformance | None:
    """Judge the camera against the specification in force; part of the caller's act. None if there is none."""
    specification = Specification.objects.filter(state=SpecificationState.IN_FORCE).first()
    if specification is None:
        return None
    reasons = findings(camera, specification.checks)
    conformance, _created = Conformance.objects.update_or_create(
        camera=camera,
        specification=specification,
        defaults={"outcome": outcome_of(reasons), "reasons": reasons},
    )
    return conformance
