"""What arrived for a request. The app above registers here how to ask it, so that nothing here looks upwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.footage_requests.models import FootageRequest, Invitation


@dataclass(frozen=True, slots=True)
class SubmittedItem:
    """One file that came in answer to a request. `match` is None if its sender named no camera."""

    public_id: UUID
    invitation: UUID
    match: UUID | None
    label: str
    state: str
    received_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a partner sent through an invitation: how many files by match (None: no camera named), and the receipt."""

    files: dict[int | None, int]
    receipt_url: str

    @property
    def total(self) -> int:
        return sum(self.files.values())


Teller = Callable[[FootageRequest], list[SubmittedItem]]
GivenTeller = Callable[[Invitation], Given | None]
_tellers: list[Teller] = []
_given_tellers: list[GivenTeller] = []


def register(teller: Teller) -> Teller:
    """Tell boards what was submitted. Called once, from an AppConfig.ready; may be used as a decorator."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def submitted_items(request: FootageRequest) -> list[SubmittedItem]:
    """Everything that arrived for this request, oldest first."""
    items = [item for teller in _tellers for item in teller(request)]
    return sorted(items, key=lambda item: item.received_at)


def register_given(teller: GivenTeller) -> GivenTeller:
    """Tell what came through an invitation. Called once, from an AppConfig.ready."""
    if teller not in _given_tellers:
        _given_tellers.append(teller)
    return teller


def given_through(invitation: Invitation) -> Given | None:
    """What the partner has sent through this invitation; None if nothing arrived."""
    return next((given for teller in _given_tellers if (given := teller(invitation)) is not None), None)
