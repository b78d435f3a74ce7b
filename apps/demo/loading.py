"""Loads the demo: chapters in order, each of which changes nothing when it is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.core.background import nothing_enqueued
from apps.counts.services import release_counts
from apps.demo.asking import ask_for_footage
from apps.demo.calls import report_calls
from apps.demo.changing_terms import announce_new_terms, choose_limits
from apps.demo.clock import ZONE, Calendar, as_of
from apps.demo.confirming import ask_who_is_due, remember_the_pilot
from apps.demo.filming import give_footage
from apps.demo.founding import found_program
from apps.demo.gathering import gather_people
from apps.demo.importing import bring_lists
from apps.demo.keeping import keep_records
from apps.demo.looking import look_at_places
from apps.demo.measuring import remember_figures
from apps.demo.noting import note_on_the_case
from apps.demo.registering import fill_register
from apps.demo.sharing import share
from apps.demo.streets import lay_streets
from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import FootageRequest
from apps.ledger.values import Actor
from apps.notifications.models import BODIES, Message
from apps.notifications.states import MessageState
from apps.partners.models import Partner
from apps.reviews.opening import open_reviews

# Letters of the past two days still go out, so that the mailbox has something to read; older ones count as sent.
_RECENT_DAYS = -2


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in the portal afterwards."""

    fresh: bool
    partners: int
    cameras: int
    requests: int
    items: int


def load_demo(
    *,
    anchor: date | None = None,
    say: Callable[[str], None] = lambda line: None,
    tell: Callable[[int], None] = lambda percent: None,
    let_in: Callable[[], None] = lambda: None,
) -> Loaded:
    """Load the demo around `anchor` (today in the demo city). A second load, whatever its anchor, adds nothing.

    The register and the requests are one transaction: a load that dies leaves none of them. It is told how far they
    are, in percent, and `let_in` is called when they are there. Videos follow one by one.
    """
    fresh = not FootageRequest.objects.exists()
    with nothing_enqueued():
        if fresh:
            with transaction.atomic():
                fill_city(Calendar(anchor or datetime.now(ZONE).date()), say=say, tell=tell)
        let_in()
        say("Videos …")
        items = give_footage()
    return what_is_there(fresh=fresh, items=len(items))


def fill_city(calendar: Calendar, *, say: Callable[[str], None], tell: Callable[[int], None]) -> None:
    """Everything but the videos, in the caller's transaction."""
    say("Agencies, zones, staff, terms …")
    with as_of(calendar.at(-460, 9)):
        found_program(calendar.anchor)
        lay_streets()
    say("Partners join and register cameras …")
    remember_the_pilot(calendar)
    fill_register(calendar, tell)
    announce_new_terms(calendar)
    choose_limits(calendar)
    gather_people(calendar)
    say("Requests …")
    ask_for_footage(calendar)
    note_on_the_case(calendar)
    keep_records(calendar)
    look_at_places(calendar)
    open_reviews(now=calendar.at(0, 9))
    _file_old_letters(calendar)
    ask_who_is_due(calendar)
    bring_lists(calendar)
    report_calls()
    share(calendar)
    _staff_were_here_today()
    release_counts(actor=Actor.system("counts"), again=True)
    remember_figures(calendar)


def what_is_there(*, fresh: bool, items: int) -> Loaded:
    """Counts of what is in the portal now."""
    return Loaded(
        fresh=fresh,
        partners=Partner.objects.count(),
        cameras=Camera.objects.count(),
        requests=FootageRequest.objects.count(),
        items=items or EvidenceItem.objects.count(),
    )


def _staff_were_here_today() -> None:
    """The past makes their accounts old, and unused ones are disabled after 90 days (CJIS AC-2(3))."""
    User.objects.filter(is_staff=True, last_login__isnull=True).update(last_login=timezone.now())


def _file_old_letters(calendar: Calendar) -> None:
    """Months of letters about registrations were sent long ago, as far as the demo is concerned."""
    old = Q(created_at__lt=calendar.at(_RECENT_DAYS)) | Q(kind__startswith="camera.")
    Message.objects.filter(old, state=MessageState.QUEUED).update(
        state=MessageState.SENT, sent_at=timezone.now(), **dict.fromkeys(BODIES, "")
    )
