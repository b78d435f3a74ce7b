"""The page of a case story: marks are chosen, stills are made where they are missing, and the PDF is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import has_role
from apps.cases.selectors import get_case_for
from apps.core.admin import PolicyAdmin
from apps.core.errors import NotAllowed, NotFound, PortalError
from apps.core.forms import ServiceForm
from apps.evidence.models import Excerpt
from apps.evidence.policies import DOWNLOADERS, NEVER_OPENED
from apps.evidence.states import ExcerptState
from apps.marks.models import Mark
from apps.marks.presentation import pictures_in_words, times_in_words
from apps.marks.selectors import marks_of
from apps.marks.services import TITLE_MAX, chosen_marks, make_story, may_show_places, prepare_story, stills_of

TEMPLATE = "admin/agencies/story.html"
MOST = 200


class StoryForm(ServiceForm):
    """What stands on the story besides the marks."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_MAX, required=False)
    with_places = forms.BooleanField(label=gettext_lazy("Show on the sketch where the cameras are"), required=False)


def story_view(screen: PolicyAdmin) -> Callable[..., HttpResponse]:
    """The view of the screen of cases. Looking at the page opens no picture; saving the PDF is an access to each."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        user = cast(User, request.user)
        case = get_case_for(user, public_id)
        if not has_role(user, case.agency, *DOWNLOADERS):
            raise NotAllowed(_("Your role does not include taking footage out of the portal."))
        if request.method == "POST":
            return _posted(screen, request, user, case)
        if "state" in request.GET:
            return JsonResponse({"mark": _state(_picked(request, user, case))}, headers={"Cache-Control": "no-store"})
        return _page(screen, request, user, case, StoryForm(auto_id="story_%s"))

    return view


def _posted(screen: PolicyAdmin, request: HttpRequest, user: User, case: Case) -> HttpResponse:
    if request.POST.get("act") == "purpose":
        purpose = _purpose_form(user, case, request.POST)
        if purpose.is_valid() and purpose.open():
            messages.success(request, _("Your purpose is recorded."))
            return _to(case, request.GET.getlist("mark"))
        return _page(screen, request, user, case, StoryForm(auto_id="story_%s"), refused=purpose, status=422)
    form = StoryForm(request.POST, auto_id="story_%s")
    ids = request.POST.getlist("mark")
    try:
        marks = chosen_marks(user=user, case=case, ids=ids)
        if request.POST.get("act") == "prepare" or not form.is_valid():
            if not prepare_story(case=case, marks=marks, user=user):
                messages.success(request, _("All stills are there. Save the story."))
            return _to(case, ids)
        pdf = make_story(case=case, marks=marks, user=user, **form.cleaned_data)
    except (ValidationError, ValueError) as error:
        raise NotFound(_("There is no such mark among those of your cases.")) from error
    except NotFound:
        raise
    except PortalError as error:
        messages.error(request, str(error.message))
        return _to(case, ids)
    headers = {
        "Content-Disposition": f'attachment; filename="case-story-{case.public_id}.pdf"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _to(case: Case, ids: Sequence[str]) -> HttpResponse:
    answer = HttpResponseRedirect(f"{_address(case)}?{urlencode([('mark', one) for one in ids])}")
    answer.status_code = 303
    return answer


def _address(case: Case) -> str:
    return reverse("admin:agencies_case_story", args=[case.public_id])


def _purpose_form(user: User, case: Case, data: Any = None) -> PurposeForm:
    return PurposeForm(user, AccessKind.FOOTAGE, data, agency=case.agency, case=case, auto_id="purpose_%s")


def _picked(request: HttpRequest, user: User, case: Case) -> list[Mark]:
    """The marks that the address names, as far as they are there."""
    named = set(request.GET.getlist("mark"))
    return [mark for mark in _all(user, case) if str(mark.public_id) in named]


def _all(user: User, case: Case) -> list[Mark]:
    marks = marks_of(user, case).select_related("item__submission__invitation__request", "item__match")
    return list(marks.exclude(item__state__in=NEVER_OPENED)[:MOST])


def _state(marks: Sequence[Mark]) -> str:
    """Changes whenever a still is there that was not."""
    return ",".join(f"{one.pk}:{one.state}" for one in stills_of(marks).values())


def _page(
    screen: PolicyAdmin,
    request: HttpRequest,
    user: User,
    case: Case,
    form: StoryForm,
    *,
    refused: PurposeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    marks = _all(user, case)
    stills = stills_of(marks)
    named = set(request.GET.getlist("mark"))
    picked = [mark for mark in marks if str(mark.public_id) in named]
    for mark in picked:
        mark.case = case
    has_reason = may_access(user, AccessKind.FOOTAGE, agency=case.agency, case=case).purpose is not None
    asks = refused or (None if has_reason else _purpose_form(user, case))
    context = {
        "case": case,
        "rows": [_row(case, mark, stills.get(mark.pk), str(mark.public_id) in named) for mark in marks],
        "form": form,
        "purpose_form": asks,
        "is_ready": bool(picked) and all(_is_there(stills.get(mark.pk)) for mark in picked),
        "waits": any(mark.pk in stills and stills[mark.pk].state == ExcerptState.ASKED for mark in picked),
        "state": _state(picked),
        "state_url": f"{_address(case)}?{urlencode([('mark', one) for one in sorted(named)])}&state=1",
        "may_show_places": may_show_places(user, case, picked),
    }
    title = _("Story of case %(number)s") % {"number": case.number}
    return screen.page(request, TEMPLATE, title=title, status=status, **context)


def _is_there(still: Excerpt | None) -> bool:
    return still is not None and still.state != ExcerptState.ASKED


def _row(case: Case, mark: Mark, still: Excerpt | None, picked: bool) -> dict[str, Any]:
    return {
        "mark": mark,
        "name": mark.item.filename,
        "words": pictures_in_words(mark),
        "times": times_in_words(mark, case.agency.time_zone),
        "still": still.get_state_display() if still else _("no still yet"),
        "picked": picked,
    }
