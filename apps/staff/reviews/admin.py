"""The weekly review of the audit record: the list of weeks, one week's rows to mark, and the signature."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import ServiceForm
from apps.reviews import policies
from apps.reviews.models import Review, ReviewRow
from apps.reviews.selectors import rows_with_subjects, with_progress
from apps.reviews.services import NOTE_MAX, mark_row, sign_review
from apps.reviews.states import SETTLED, Mark
from apps.staff.agencies.audit_admin import StaffRolesAdmin, record_reading
from apps.staff.lists.screens import ListScreen
from apps.staff.lists.table import list_in_words
from apps.staff.verbs import Verb, VerbScreen


class MarkForm(ServiceForm):
    """What the auditor says of one row."""

    # Nothing is chosen beforehand: “in order” takes a decision.
    mark = forms.ChoiceField(label=gettext_lazy("Mark"), choices=[("", gettext_lazy("Choose…")), *Mark.choices])
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("A question is mailed to the person with these words. A finding needs them too."),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StandingFilter(admin.SimpleListFilter):
    """Open and overdue ones."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", pgettext_lazy("review", "open")),
            ("overdue", pgettext_lazy("review", "overdue")),
            ("signed", pgettext_lazy("review", "signed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "signed":
            return queryset.filter(signed_at__isnull=False)
        if self.value() == "overdue":
            return queryset.filter(signed_at__isnull=True, due_at__lt=timezone.now())
        return queryset.filter(signed_at__isnull=True) if self.value() == "open" else queryset


@admin.register(Review)
class ReviewAdmin(StaffRolesAdmin, VerbScreen):
    """The weeks, the newest first. Reading a review is itself recorded (CJIS AU-2)."""

    readers = policies.READERS
    viewable = staticmethod(policies.viewable_reviews)
    empty_words = gettext_lazy("No week has been drawn yet. The first one appears here on a Monday.")
    list_display = ("week", "agency", "progress", "standing", "signed_by")
    list_display_links = ("week",)
    list_filter = (StandingFilter,)
    list_select_related = ("agency", "signed_by")
    ordering = ("-week", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(name="mark", below="rows/", form=MarkForm, service=mark_row, done=gettext_lazy("The row is marked.")),
        Verb(name="sign", service=sign_review, done=gettext_lazy("The review is signed.")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_progress(cast(QuerySet[Review], super().get_queryset(request)))

    @admin.display(description=gettext_lazy("settled"))
    def progress(self, review: Any) -> str:
        return _("%(settled)d of %(of)d") % {"settled": review.settled, "of": review.of}

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, review: Review) -> str:
        if review.signed_at:
            return pgettext("review", "signed")
        return pgettext("review", "overdue") if review.is_overdue else pgettext("review", "open")

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.changelist_view)),
            "<uuid:public_id>/": ("change", require_safe(self.review_view)),
        }

    def review_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One week: what was drawn, with the reasons that people gave, and what the auditor says of it."""
        review = self._review(request, public_id)
        record_reading(request, "reviews", str(review.public_id))
        return self._page(request, review)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Review | ReviewRow) -> ServiceForm:
        if isinstance(subject, ReviewRow):
            return MarkForm(request.POST, auto_id=f"{subject.public_id}_%s")
        return ServiceForm(request.POST)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Review | ReviewRow:
        if verb.name == "sign":
            return self._review(request, public_id)
        rows = policies.viewable_rows(request.user).select_related("review__agency", "person")
        row = rows.filter(public_id=public_id).first()
        if row is None:
            raise NotFound(_("There is no such row."))
        return row

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Review | ReviewRow, given: dict[str, Any]
    ) -> dict[str, Any]:
        about = {"row": subject} if isinstance(subject, ReviewRow) else {"review": subject}
        return {**about, **given, "by": cast(User, request.user)}

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: Review | ReviewRow, form: ServiceForm
    ) -> HttpResponse:
        if isinstance(subject, ReviewRow):
            return self._page(request, subject.review, status=422, refused={subject.public_id: form})
        return self._page(request, subject, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Review | ReviewRow) -> HttpResponse:
        review = subject.review if isinstance(subject, ReviewRow) else subject
        page = redirect("admin:reviews_review_change", review.public_id)
        if isinstance(subject, ReviewRow):
            page["Location"] += f"#row-{subject.public_id}"
        return page

    def _review(self, request: HttpRequest, public_id: UUID) -> Review:
        found = with_progress(policies.viewable_reviews(request.user)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such review."))
        return found

    def _page(
        self, request: HttpRequest, review: Review, *, status: int = 200, refused: dict[UUID, ServiceForm] | None = None
    ) -> HttpResponse:
        user = cast(User, request.user)
        seen = rows_with_subjects(review)
        rows = [
            {
                "seen": one,
                "list": list_in_words(one.export.listed) if one.export else "",
                "may_mark": one.row.mark not in SETTLED and policies.can_mark(user, one.row),
                "is_oneself": one.row.person_id == user.pk,
                "form": (refused or {}).get(one.row.public_id)
                or MarkForm(initial={"mark": one.row.mark, "note": one.row.note}, auto_id=f"{one.row.public_id}_%s"),
            }
            for one in seen
        ]
        context = {
            "review": review,
            "rows": rows,
            "left": sum(one.row.mark not in SETTLED for one in seen),
            "standing": self.standing(review),
            "may_sign": policies.can_sign(user, review),
            "export_url": f"{reverse('admin:reviews_reviewrow_changelist')}?week={review.public_id}",
        }
        title = _("Weekly review of %(agency)s, week of %(week)s") % {
            "agency": review.agency,
            "week": f"{review.week:%Y-%m-%d}",
        }
        return self.page(request, "admin/reviews/review.html", title=title, status=status, **context)


class WeekFilter(admin.SimpleListFilter):
    """One review's rows."""

    title = gettext_lazy("week")
    parameter_name = "week"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        weeks = policies.viewable_reviews(request.user).select_related("agency").order_by("-week", "-pk")[:26]
        return [(str(one.public_id), str(one)) for one in weeks]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = [value for value, _words in self.lookup_choices if value == self.value()]
        return queryset.filter(review__public_id=chosen[0]) if chosen else queryset


@admin.register(ReviewRow)
class ReviewRowAdmin(StaffRolesAdmin, ListScreen):
    """All rows of all weeks, to search and to export; marking them is on the week's page."""

    readers = policies.READERS
    viewable = staticmethod(policies.viewable_rows)
    empty_words = gettext_lazy("No week has been drawn yet. The first one appears here on a Monday.")
    list_display = ("review", "kind", "person", "mark", "marked_by", "marked_at")
    list_display_links = None
    list_filter = (WeekFilter, "kind", "mark")
    list_select_related = ("review__agency", "person", "marked_by")
    ordering = ("-review__week", "pk")
    list_per_page = 100
    show_full_result_count = False

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", require_safe(self.changelist_view))}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if response.status_code == 200:
            record_reading(request, "reviews")
        return response
