"""Third chapter: requests in each state, from a closed one of three weeks ago to one that waits for its supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.actors import actor_for
from apps.agencies.models import Agency
from apps.demo import people
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import LOADER, staff
from apps.demo.keys import key
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.services import (
    AnswerGiven,
    answer_matches,
    approve_request,
    close_request,
    draft_request,
    expire_request,
    return_request,
    submit_request,
    withdraw_request,
)
from apps.footage_requests.states import Answer, Outcome, UnavailableReason
from apps.ledger.values import Actor
from apps.partners.models import Partner

MIDTOWN = (people.RESIDENT_HOME[1], people.RESIDENT_HOME[0])


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of the demo: who asks about which circle and which hours, and how far it has come."""

    name: str
    agency: str
    case_number: str
    incident: str
    reason: str
    message: str
    center: tuple[float, float]
    radius_m: int
    starts: tuple[int, int, int]
    minutes: int
    written: tuple[int, int, int]


ASKS = (
    Ask("closed", "TPD", "TPD-26-021877", "burglary", "Burglary of a garage overnight.",
        "Anybody on foot or a light van that stops.", (-84.2640, 30.4735), 320, (-22, 1, 30), 150, (-21, 10, 0)),
    Ask("expired", "LCSO", "LCSO-26-009312", "crash", "Hit and run; a parked car was struck.",
        "A dark pick-up truck with a damaged right front.", (-84.2130, 30.5230), 400, (-26, 18, 0), 60, (-25, 9, 0)),
    Ask("withdrawn", "TPD", "TPD-26-022410", "vehicle", "Vehicle taken from a driveway.",
        "A silver sedan.", (-84.2690, 30.4560), 250, (-9, 23, 0), 120, (-8, 8, 30)),
    Ask("returned", "TPD", "TPD-26-023104", "other", "Damage along several blocks.",
        "Anybody who breaks glass.", (-84.2890, 30.4482), 900, (-3, 20, 0), 600, (-2, 9, 0)),
    Ask("open-university", "FSU-PD", "FSU-26-003355", "robbery", "Phone taken by two persons.",
        "Two people running east, one with a red backpack.", (-84.2960, 30.4440), 300, (-2, 21, 15), 45, (-1, 9, 0)),
    Ask("open", "TPD", "TPD-26-023377", "vehicle", "Three parked cars entered; one suspect on foot.",
        "A person on foot who tries car doors, and any car that waits with its lights off.", MIDTOWN, 330,
        (-2, 21, 30), 60, (-1, 8, 30)),
    Ask("open-resident", "TPD", "TPD-26-023390", "crash", "Cyclist struck; the driver left.",
        "A white SUV, headed west.", MIDTOWN, 220, (-2, 17, 40), 30, (-1, 9, 30)),
    Ask("submitted", "TPD", "TPD-26-023401", "burglary", "Shop window broken, register taken.",
        "Anybody who carries a crowbar or a drawer.", (-84.2700, 30.4650), 350, (-2, 3, 0), 90, (-1, 10, 0)),
    Ask("draft", "TPD", "TPD-26-023412", "missing_person", "Missing since yesterday evening.",
        "An older man in a green jacket.", (-84.2775, 30.4460), 500, (-2, 18, 0), 180, (-1, 10, 30)),
)  # fmt: skip


def ask_for_footage(calendar: Calendar) -> None:
    """Take each request as far as its name says. Repeating it changes nothing."""
    if FootageRequest.objects.exists():
        return
    for ask in ASKS:
        _take_through(ask, calendar)


def the_open_request() -> FootageRequest:
    """The Midtown request that the demo's videos answer."""
    return FootageRequest.objects.get(request_key=key("ask:open"))


def _take_through(ask: Ask, calendar: Calendar) -> None:
    detective, supervisor = staff(f"detective@{_host(ask.agency)}"), staff(_supervisor(ask.agency))
    by_detective = actor_for(detective, role="detective", agency=ask.agency)
    by_supervisor = actor_for(supervisor, role="supervisor", agency=ask.agency)
    written = calendar.at(*ask.written)
    starts = calendar.at(*ask.starts)
    with as_of(written):
        request = draft_request(
            user=detective,
            agency=Agency.objects.get(short_name=ask.agency),
            case_number=ask.case_number,
            incident_type=ask.incident,
            reason=ask.reason,
            message=ask.message,
            area={"type": "Circle", "center": list(ask.center), "radius_m": ask.radius_m},
            window_start=starts,
            window_end=starts + timedelta(minutes=ask.minutes),
            request_key=key(f"ask:{ask.name}"),
            actor=by_detective,
        )
        if ask.name == "draft":
            return
        request = submit_request(user=detective, request=request, version=request.version, actor=by_detective)
    if ask.name == "submitted":
        return
    decided = written + timedelta(minutes=25)
    with as_of(decided):
        if ask.name == "returned":
            words = "Ten hours over this many streets is too much. Ask the bus company for the hour first."
            return_request(user=supervisor, request=request, version=request.version, reason=words, actor=by_supervisor)
            return
        request = approve_request(user=supervisor, request=request, version=request.version, actor=by_supervisor)
    _after_approval(ask, request, decided, by_detective)


def _after_approval(ask: Ask, request: FootageRequest, decided: datetime, by_detective: Actor) -> None:
    detective = request.author
    if ask.name == "withdrawn":
        with as_of(decided + timedelta(hours=5)):
            withdraw_request(user=detective, request=request, reason="The vehicle was found.", actor=by_detective)
    elif ask.name == "closed":
        _answers(request, decided, share=0.7, with_footage=False)
        with as_of(decided + timedelta(days=6)):
            close_request(user=detective, request=request, outcome=Outcome.NO_FOOTAGE, actor=by_detective)
    elif ask.name == "expired":
        _answers(request, decided, share=0.5, with_footage=False)
        with as_of(decided + timedelta(days=14, minutes=1)):
            expire_request(request=request, actor=LOADER)
    elif ask.name == "open":
        _answers(request, decided, share=0.6, with_footage=True)


def _answers(request: FootageRequest, decided: datetime, *, share: float, with_footage: bool) -> None:
    """Let a share of the invited partners answer, one every few minutes; never the ones a visitor signs in as."""
    ours = Partner.objects.filter(memberships__user__email__in=[people.RESIDENT[0], people.BUSINESS[0]])
    invitations = Invitation.objects.filter(request=request).exclude(partner__in=ours).order_by("pk")
    kinds = [
        AnswerGiven(Answer.NONE),
        AnswerGiven(Answer.HAS_FOOTAGE) if with_footage else AnswerGiven(Answer.NONE),
        AnswerGiven(Answer.NONE),
        AnswerGiven(Answer.UNAVAILABLE, UnavailableReason.OVERWRITTEN),
        AnswerGiven(Answer.DECLINED),
        AnswerGiven(Answer.NONE),
    ]
    for number, invitation in enumerate(invitations[: int(share * invitations.count())]):
        with as_of(decided + timedelta(minutes=4 + 3 * number)):
            answer_matches(
                invitation=invitation,
                answers={
                    match.public_id: kinds[number % len(kinds)] for match in Match.objects.filter(invitation=invitation)
                },
                request_key=key(f"answer:{request.request_key}:{number}"),
                actor=Actor.invitation(invitation.public_id),
            )


def _host(agency: str) -> str:
    return {"TPD": "tpd.example", "LCSO": "lcso.example", "FSU-PD": "fsupd.example"}[agency]


def _supervisor(agency: str) -> str:
    return f"supervisor@{_host(agency)}"
