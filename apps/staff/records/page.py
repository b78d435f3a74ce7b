"""What the page of a records request shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.core.forms import ServiceForm
from apps.disclosure import policies
from apps.disclosure.answering import draft_answer
from apps.disclosure.clock import days_left, next_day
from apps.disclosure.models import Fee, RecordsRequest, RequestedItem, Withholding
from apps.disclosure.pause import PAUSE
from apps.disclosure.selectors import lines_of
from apps.disclosure.services.ending import grounds_without_line, what_is_missing
from apps.disclosure.states import OPEN_STATES, RecordsState
from apps.evidence.policies import is_open_to
from apps.redaction.copies import copies_of
from apps.redaction.exemptions import OTHER, exemption_of
from apps.redaction.models import Redaction
from apps.redaction.plan import Ground
from apps.staff.records.forms import (
    AgainForm,
    AnswerForm,
    DayForm,
    DecideForm,
    FeeForm,
    ReasonForm,
    SearchForm,
    WithholdForm,
)
from apps.staff.records.history import history_of


@dataclass(frozen=True, slots=True)
class Held:
    """A line of the exemption log with its forms."""

    row: Withholding
    words: str
    due: bool
    again_form: ServiceForm
    ends_form: ServiceForm
    opened: str


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the request with its forms."""

    line: RequestedItem
    name: str
    is_shown: bool
    log: list[Held]
    decide_form: ServiceForm
    cite_form: ServiceForm
    opened: str
    copies: list[Redaction]
    lacks: list[str]


def context_of(user: User, asked: RecordsRequest, given: dict[str, Any]) -> dict[str, Any]:
    """Everything but the frame. `given` holds a form that came back, and what a search found."""
    open_ = asked.state in OPEN_STATES
    works = policies.can_work_on(user, asked)
    today = today_in(asked.agency)
    log = list(Withholding.objects.filter(request=asked).select_related("made_by", "ended_by").order_by("pk"))
    held = [_held(one, today, given) for one in log]
    duty = may_access(user, AccessKind.RECORDS_SEARCH, agency=asked.agency).purpose if works and open_ else None
    context: dict[str, Any] = {
        "asked": asked,
        "is_open": open_,
        "works": works,
        "day": next_day(asked),
        "left": _left(asked),
        "late": (days_left(asked) or 0) < 0,
        "rows": _rows(user, asked, held, given),
        "elsewhere": [one for one in held if one.row.requested_id is None],
        "fees": list(Fee.objects.filter(request=asked).select_related("made_by").order_by("pk")),
        "kept_until": asked.ended_at + PAUSE if asked.ended_at else None,
        "missing": what_is_missing(asked) if open_ else [],
        "acts": history_of(asked),
        "asks_duty": works and open_ and duty is None,
        "may_acknowledge": works and asked.state == RecordsState.RECEIVED,
        "may_close": works and asked.state == RecordsState.ANSWERED,
        "may_erase": works and not open_ and bool(asked.contact),
        "found": None,
    }
    if works and open_:
        context |= {
            "search_form": SearchForm(agency=asked.agency, auto_id="search_%s"),
            "withhold_form": WithholdForm(auto_id="withhold_%s"),
            "move_form": DayForm(initial={"answer_by": asked.answer_by}, auto_id="move_%s"),
            "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        }
        if not context["missing"]:
            first = {"answer": draft_answer(asked), "version": asked.version}
            context["answer_form"] = AnswerForm(initial=first, auto_id="answer_%s")
    if works:
        context |= {"fee_form": FeeForm(auto_id="fee_%s"), "reopen_form": ReasonForm(auto_id="reopen_%s")}
    return context | given


def _left(asked: RecordsRequest) -> str:
    """How long there is, in words; empty once it has ended."""
    left = days_left(asked)
    if left is None:
        return ""
    if left < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if left == 0:
        return _("today")
    return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}


def _held(one: Withholding, today: date, given: dict[str, Any]) -> Held:
    exemption = exemption_of(one.exemption)
    return Held(
        row=one,
        words=str(exemption.words) if exemption and exemption.citation else "",
        due=one.ended_at is None and one.review_on is not None and one.review_on <= today,
        again_form=_form("again", AgainForm, one.public_id, given),
        ends_form=_form("ends", ReasonForm, one.public_id, given),
        opened=_opened(one.public_id, given),
    )


def _rows(user: User, asked: RecordsRequest, held: list[Held], given: dict[str, Any]) -> list[Row]:
    lines = lines_of(asked)
    copies = copies_of([line.item for line in lines])
    return [_row(user, line, copies.get(line.item_id, []), held, given) for line in lines]


def _row(user: User, line: RequestedItem, copies: list[Redaction], held: list[Held], given: dict[str, Any]) -> Row:
    opened, lacking, is_shown = _opened(line.public_id, given), grounds_without_line(line), is_open_to(user, line.item)
    copies = copies if is_shown else []
    decide_form = DecideForm(line=line, copies=copies, auto_id=f"decide_{line.public_id}_%s")
    case = line.item.submission.case.number
    return Row(
        line=line,
        name=f"{case} · {line.item.filename}" if is_shown else _("A restricted file"),
        is_shown=is_shown,
        log=[one for one in held if one.row.requested_id == line.pk],
        decide_form=given["decide_form"] if opened == "decide" else decide_form,
        cite_form=_form("cite", WithholdForm, line.public_id, given, _proposed_line(lacking)),
        opened=opened,
        copies=copies,
        lacks=[one.citation for one in lacking],
    )


def _proposed_line(lacking: list[Ground]) -> dict[str, Any]:
    """The first statute of the chosen copy that the log lacks, for the form. Without what its author typed."""
    if not lacking:
        return {}
    first = lacking[0]
    cited = first.citation if first.exemption == OTHER else ""
    return {"exemption": first.exemption, "citation": cited, "part": _("parts of the pictures or of the sound")}


def _opened(public_id: UUID, given: dict[str, Any]) -> str:
    """The verb whose form came back for this thing."""
    verb, about = given.get("refused", ("", None))
    return str(verb) if about == public_id else ""


def _form(
    verb: str, form: type[ServiceForm], public_id: UUID, given: dict[str, Any], initial: dict[str, Any] | None = None
) -> ServiceForm:
    """The form that came back, if it is this one; else a new one."""
    if _opened(public_id, given) == verb:
        refused: ServiceForm = given[f"{verb}_form"]
        return refused
    return form(initial=initial, auto_id=f"{verb}_{public_id}_%s")
