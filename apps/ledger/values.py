"""Actor and subject of an entry: plain values, no foreign keys, so that records outlive people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted. `kind` is user, staff, invitation, program, or system; `role` and `agency` are what they acted as."""

    kind: str
    public_id: str
    role: str = ""
    agency: str = ""

    @classmethod
    def system(cls, name: str) -> Actor:
        """A process of the portal itself, for instance `system:worker`."""
        return cls(kind="system", public_id=name)

    @classmethod
    def program(cls, key: UUID | str, agency: str) -> Actor:
        """A program of an agency, named by its key."""
        return cls(kind="program", public_id=str(key), agency=agency)

    @classmethod
    def invitation(cls, public_id: UUID | str) -> Actor:
        """Somebody who holds an invitation's link."""
        return cls(kind="invitation", public_id=str(public_id))


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted on: `kind` in the glossary's words (camera, footage_request, evidence_item, …)."""

    kind: str
    public_id: str

    @classmethod
    def of(cls, kind: str, public_id: UUID | str) -> Subject:
        return cls(kind=kind, public_id=str(public_id))


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as it goes into the ledger. `facts` are in the leaf; `private` is personal data and can be erased."""

    action: str
    actor: Actor
    subject: Subject
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
