"""On which ground somebody may see what: the one table by which every access is decided.

An app above may add a ground of its own when Django starts (`register`): a sharing grant, an export or the answer to a
public-records request is another row here, and the selector, the form and the service stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.agencies.models import Agency, Case, Role
from apps.ledger.values import Subject


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody wants to see: its agency, its case, and the thing itself, as far as a ground asks."""

    agency: Agency | None = None
    case: Case | None = None
    subject: Subject | None = None


def within_its_agency(purpose: Purpose, target: Target) -> bool:
    """A purpose opens what belongs to its agency, or to none."""
    return target.agency is None or purpose.agency_id == target.agency.pk


def within_its_case(purpose: Purpose, target: Target) -> bool:
    """A purpose of a case opens no other case."""
    return within_its_agency(purpose, target) and (target.case is None or purpose.case_id == target.case.pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A reason for access: which roles may name it for which kind of access, and what a purpose of it opens.

    `crosses_agencies` says that `opens` may reach what belongs to another agency than the person's own.
    """

    kind: str
    roles: Mapping[str, tuple[str, ...]]
    opens: Callable[[Purpose, Target], bool] = within_its_agency
    crosses_agencies: bool = False


_INVESTIGATORS = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST)
_CUSTODIAN = (Role.RECORDS_CUSTODIAN,)
_MANAGER = (Role.PROGRAM_MANAGER,)

GROUNDS: dict[str, Ground] = {}


def register(ground: Ground) -> None:
    """Add a ground; each kind has one. Raises ValueError for a second one."""
    if ground.kind in GROUNDS:
        raise ValueError(f"There is a ground of the kind {ground.kind} already.")
    GROUNDS[ground.kind] = ground


register(
    Ground(
        kind=PurposeKind.CASE,
        roles={
            AccessKind.PARTNER_MAP: _INVESTIGATORS,
            AccessKind.REQUEST_CAMERAS: _INVESTIGATORS,
            AccessKind.FOOTAGE: (*_INVESTIGATORS, *_CUSTODIAN),
        },
        opens=within_its_case,
    )
)
register(Ground(kind=PurposeKind.CALL, roles={AccessKind.PARTNER_MAP: _INVESTIGATORS}))
register(
    Ground(
        kind=PurposeKind.REGISTRATION_REVIEW,
        roles={
            AccessKind.PARTNER_MAP: _MANAGER,
            AccessKind.REGISTRATIONS: _MANAGER,
            AccessKind.OWNER_ENTRY: _MANAGER,
        },
    )
)
register(
    Ground(
        kind=PurposeKind.RECORDS_DUTY,
        roles={
            AccessKind.PARTNER_MAP: _CUSTODIAN,
            AccessKind.FOOTAGE: _CUSTODIAN,
            AccessKind.WITNESS_CONTACT: _CUSTODIAN,
            AccessKind.RECORDS_SEARCH: _CUSTODIAN,
        },
    )
)


def roles_for(access: str, kind: str = "") -> tuple[str, ...]:
    """The roles that may see this on the ground `kind`, or on any ground; none where there is no such ground."""
    grounds = [GROUNDS[kind]] if kind in GROUNDS else [] if kind else GROUNDS.values()
    return tuple(dict.fromkeys(role for ground in grounds for role in ground.roles.get(access, ())))
