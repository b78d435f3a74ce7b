"""The marks on the review desk: the page sends what somebody typed and gets the list back, without opening anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import has_role
from apps.cases.selectors import get_case_for
from apps.core.errors import NotAllowed, NotFound, PortalError
from apps.core.forms import KeyedForm, ServiceForm
from apps.evidence.policies import NEVER_OPENED, PLAYERS
from apps.evidence.selectors import get_item_for, purpose_for
from apps.evidence.services.excerpts import ask_excerpt
from apps.marks.models import Mark
from apps.marks.policies import can_change_mark
from apps.marks.presentation import pictures_in_words, times_in_words
from apps.marks.selectors import get_mark_for, marks_of
from apps.marks.services import NOTE_MAX, MarkWords, add_mark, change_mark, remove_mark, restore_mark
from apps.staff.cases.desk_rows import DeskRow, chosen_rows, desk_rows, desk_url
from apps.staff.evidence.excerpts import ExcerptRow, excerpts_of

MOST = 100
"""Marks on the page of a case; the desk has all of a video."""


class MarkFields(ServiceForm):
    """What a mark says. Pictures are counted from 1, as the page counts them."""

    item = forms.UUIDField(widget=forms.HiddenInput)
    in_picture = forms.IntegerField(label=gettext_lazy("First picture"), min_value=1)
    out_picture = forms.IntegerField(label=gettext_lazy("Last picture"), min_value=1, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_MAX,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_starred = forms.BooleanField(label=gettext_lazy("Star"), required=False)
    work_product = forms.BooleanField(
        label=gettext_lazy("Work product"),
        help_text=gettext_lazy(
            "Your thoughts and plans, not facts of the case. It stays out of every records request."
        ),
        required=False,
    )

    def said(self) -> MarkWords:
        """For the service, which counts pictures from 0."""
        given = self.cleaned_data
        last = given["out_picture"]
        return MarkWords(
            in_picture=given["in_picture"] - 1,
            out_picture=last - 1 if last else None,
            note=given["note"],
            is_starred=given["is_starred"],
            work_product=given["work_product"],
        )


class MarkForm(KeyedForm, MarkFields):
    """A new mark."""


class ChangedMarkForm(MarkFields):
    """What a mark says from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(ServiceForm):
    """Which version of a mark somebody saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def marks_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The marks on the chosen videos; a POST adds one."""
    case = get_case_for(request.user, public_id)
    user = _player(request, case)
    if request.method != "POST":
        return _answer(request, case)
    form = MarkForm(request.POST)
    return _try(
        request,
        case,
        form,
        lambda: add_mark(
            case=case,
            item=get_item_for(user, form.cleaned_data["item"]),
            said=form.said(),
            user=user,
            request_key=form.cleaned_data["request_key"],
        ),
        _("The mark is kept."),
    )


@require_http_methods(["POST"])
def change_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say something else of one's own mark."""
    mark, user = _mark(request, public_id)
    form = ChangedMarkForm(request.POST)
    return _try(
        request,
        mark.case,
        form,
        lambda: change_mark(mark=mark, version=form.cleaned_data["version"], said=form.said(), user=user),
        _("The mark is changed."),
    )


@require_http_methods(["POST"])
def remove_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own mark out of the list; the answer says how it is put back."""
    return _with_version(request, public_id, remove_mark, _("The mark is removed."), undo=True)


@require_http_methods(["POST"])
def restore_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a mark back."""
    return _with_version(request, public_id, restore_mark, _("The mark is back."))


@require_http_methods(["POST"])
def excerpt_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have a still of a mark's first picture, or a clip of its span, made from the original."""
    mark, user = _mark(request, public_id)

    def ask() -> Mark:
        ask_excerpt(
            item=mark.item,
            case=mark.case,
            kind=request.POST.get("kind", ""),
            pictures=(mark.in_picture, mark.out_picture),
            user=user,
            purpose=purpose_for(user, mark.item),
            film=mark.film,
        )
        return mark

    return _try(request, mark.case, ServiceForm(request.POST), ask, _("It is being made from the original."))


def marks_context(user: User, case: Case, chosen: list[DeskRow]) -> dict[str, Any]:
    """The list for the template: marks on the chosen videos, with the number under which each is played."""
    numbers = {row.item.pk: row for row in chosen}
    marks = list(marks_of(user, case, items=[row.item for row in chosen]))
    made: dict[tuple[int, int], list[ExcerptRow]] = {}
    for row in excerpts_of(user, [row.item for row in chosen]):
        made.setdefault((row.excerpt.item_id, row.excerpt.in_picture), []).append(row)
    for mark in marks:
        mark.case = case
    return {
        "case": case,
        "marks": [
            {
                "mark": mark,
                "row": numbers[mark.item_id],
                "first": mark.in_picture + 1,
                "last": mark.out_picture + 1,
                "words": pictures_in_words(mark),
                "times": times_in_words(mark, numbers[mark.item_id].times.zone),
                "excerpts": [
                    one
                    for one in made.get((mark.item_id, mark.in_picture), [])
                    if one.excerpt.out_picture in (mark.in_picture, mark.out_picture)
                ],
                "may_change": can_change_mark(user, mark),
            }
            for mark in marks
        ],
    }


def case_marks(user: User, case: Case) -> list[dict[str, Any]]:
    """The marks of the case for its page; each leads to the desk, where its video may still be opened."""
    opens = has_role(user, case.agency, *PLAYERS)
    rows = []
    for mark in marks_of(user, case)[:MOST]:
        url = f"{desk_url(case, [mark.item.public_id])}#mark-{mark.public_id}"
        rows.append(
            {
                "mark": mark,
                "name": mark.item.filename,
                "words": pictures_in_words(mark),
                "times": times_in_words(mark, case.agency.time_zone),
                "url": url if opens and mark.item.state not in NEVER_OPENED else "",
            }
        )
    return rows


def _player(request: HttpRequest, case: Case) -> User:
    user = cast(User, request.user)
    if not has_role(user, case.agency, *PLAYERS):
        raise NotAllowed(_("Your role does not include access to this footage."))
    return user


def _mark(request: HttpRequest, public_id: UUID) -> tuple[Mark, User]:
    mark = get_mark_for(request.user, public_id)
    return mark, _player(request, mark.case)


def _with_version(
    request: HttpRequest, public_id: UUID, service: Callable[..., Mark], done: str, *, undo: bool = False
) -> HttpResponse:
    """Do to the mark, in the version that somebody saw, what the service does."""
    mark, user = _mark(request, public_id)
    form = VersionForm(request.POST)

    def act() -> Mark:
        return service(mark=mark, version=form.cleaned_data["version"], user=user)

    return _try(request, mark.case, form, act, done, undo=undo)


def _try(
    request: HttpRequest,
    case: Case,
    form: ServiceForm,
    act: Callable[[], Mark],
    done: str,
    *,
    undo: bool = False,
) -> HttpResponse:
    """Do it and answer with the list; a refusal comes back in words, for the form that stays open on the page."""
    if not form.is_valid():
        return _refused(" ".join(str(one) for errors in form.errors.values() for one in errors), 422)
    try:
        mark = act()
    except PortalError as error:
        if isinstance(error, NotFound):
            raise
        return _refused(str(error.message), error.status)
    back = {}
    if undo:
        back = {"undo": reverse("admin:agencies_case_mark_restore", args=[mark.public_id]), "version": mark.version}
    return _answer(request, case, said=done, **back)


def _refused(words: str, status: int) -> HttpResponse:
    return JsonResponse({"error": words}, status=status, headers={"Cache-Control": "no-store"})


def _answer(request: HttpRequest, case: Case, **said: Any) -> HttpResponse:
    user = cast(User, request.user)
    chosen = chosen_rows(request, desk_rows(user, case))
    html = render_to_string("admin/agencies/_desk_marks_list.html", marks_context(user, case, chosen), request)
    return JsonResponse({"html": html, **said}, headers={"Cache-Control": "no-store"})
