"""Acts on the installation specification: drafts, and the version in force."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.core.errors import NotAllowed, Stale
from apps.core.locks import locked, locked_exclusively
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.specifications import policies
from apps.specifications.checks import check_list
from apps.specifications.first import read_checks
from apps.specifications.models import Specification
from apps.specifications.signals import specification_published
from apps.specifications.states import SPECIFICATION_TRANSITIONS, SpecificationState


def start_draft(*, user: User) -> Specification:
    """Begin the next version with the checks in force, or with the file a city starts with; there is one draft.

    A second manager finds the draft of the first. Raises NotAllowed for anybody but a program manager.
    """
    actor = _manager_actor(user)
    with transaction.atomic():
        draft = Specification.objects.filter(state=SpecificationState.DRAFT).first()
        if draft is not None:
            return draft
        present = Specification.objects.filter(state=SpecificationState.IN_FORCE).first()
        checks = check_list(present.checks if present else read_checks())
        try:
            with transaction.atomic():
                draft = Specification.objects.create(checks=checks)
        except IntegrityError:
            return Specification.objects.get(state=SpecificationState.DRAFT)
        ledger.record("specification.drafted", _subject(draft), actor, **_facts(draft))
        return draft


def save_draft(*, draft: Specification, version: int, checks: list[dict[str, Any]], user: User) -> Specification:
    """Keep the checks that a manager wrote, given the version that the manager read.

    Raises NotAllowed, Stale if somebody else saved since, WrongState if it is no draft any more, InvalidInput.
    """
    with transaction.atomic():
        actor = _manager_actor(user)
        draft = _locked_draft(draft, version, SpecificationState.IN_FORCE)
        draft.checks = check_list(checks)
        draft.version += 1
        draft.save(update_fields=["checks", "version"])
        ledger.record("specification.draft_saved", _subject(draft), actor, **_facts(draft))
        return draft


def discard_draft(*, draft: Specification, version: int, user: User) -> Specification:
    """Throw a draft away; it stays readable and is never in force. Raises as `save_draft` does."""
    with transaction.atomic():
        actor = _manager_actor(user)
        draft = _locked_draft(draft, version, SpecificationState.DISCARDED)
        draft.state = SpecificationState.DISCARDED
        draft.version += 1
        draft.save(update_fields=["state", "version"])
        ledger.record("specification.discarded", _subject(draft), actor, **_facts(draft))
        return draft


def publish_draft(*, draft: Specification, version: int, user: User) -> Specification:
    """Put the draft in force; all cameras are judged again by a job. Raises as `save_draft` does."""
    with transaction.atomic():
        actor = _manager_actor(user)
        _lock_versions()
        draft = _locked_draft(draft, version, SpecificationState.IN_FORCE)
        return _put_in_force(draft, actor)


def publish_specification(*, checks: list[dict[str, Any]], actor: Actor, user: User | None = None) -> Specification:
    """Put a new version of these checks in force, beside a draft that may lie there; all cameras are judged again.

    `user` is the program manager; None is for the portal's own commands. Raises NotAllowed, InvalidInput for a check
    that is none.
    """
    with transaction.atomic():
        if user is not None:
            _check_manager(user)
        return _put_in_force(Specification(checks=check_list(checks)), actor)


def _put_in_force(specification: Specification, actor: Actor) -> Specification:
    _lock_versions()
    before = Specification.objects.filter(state=SpecificationState.IN_FORCE).first()
    last = Specification.objects.aggregate(last=Max("number"))["last"] or 0
    if before is not None:
        before.state = SpecificationState.SUPERSEDED
        before.save(update_fields=["state"])
    specification.checks = check_list(specification.checks)
    specification.number = last + 1
    specification.state = SpecificationState.IN_FORCE
    specification.in_force_at = timezone.now()
    specification.save()
    ledger.record(
        "specification.published", _subject(specification), actor, number=specification.number, **_facts(specification)
    )
    specification_published.send(Specification, specification=specification)
    return specification


def _lock_versions() -> None:
    """Hold every version: two publications come one after the other, and no camera is judged by one that is leaving."""
    list(locked_exclusively(Specification.objects).only("pk"))


def _locked_draft(draft: Specification, version: int, wanted: SpecificationState) -> Specification:
    draft = locked(Specification.objects).get(pk=draft.pk)
    SPECIFICATION_TRANSITIONS.check(draft.state, wanted)
    if draft.version != version:
        raise Stale(
            _("Somebody else saved this draft while you were writing. Nothing was saved. Please look at it again."),
            code="version",
        )
    return draft


def _check_manager(user: User) -> None:
    if not policies.can_write_specifications(user):
        raise NotAllowed(_("Only a program manager writes or publishes a specification."), code="role")


def _manager_actor(user: User) -> Actor:
    _check_manager(user)
    return acting_anywhere(user, Role.PROGRAM_MANAGER).actor


def _subject(specification: Specification) -> Subject:
    return Subject.of("specification", specification.public_id)


def _facts(specification: Specification) -> dict[str, Any]:
    """What every act on a version states of it."""
    asked = [{key: check[key] for key in ("rule", "level", "value") if key in check} for check in specification.checks]
    rules = [check["rule"] for check in specification.checks]
    return {"version": specification.version, "rules": rules, "checks": asked}
