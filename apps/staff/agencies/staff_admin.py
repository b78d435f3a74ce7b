"""Screens of a program manager for the staff of the agency: who has which role, whose account is shut, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.accounts.staff_events import last_use_of
from apps.accounts.staff_holds import open_hold
from apps.accounts.staff_models import StaffHold
from apps.agencies import staff_policies as policies
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import agencies_of
from apps.agencies.staff_services import (
    end_staff_account,
    grant_role,
    open_staff_account,
    release_staff_account,
    revoke_role,
)
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.ledger.values import Actor
from apps.staff.agencies.audit_admin import StaffRolesAdmin
from apps.staff.agencies.forms import (
    EndForm,
    GrantForm,
    OpenAccountForm,
    ReasonForm,
)
from apps.staff.verbs import Verb, VerbScreen, refuse

_OPEN_GRANTS = RoleGrant.objects.filter(ended_at__isnull=True).select_related("agency").order_by("agency_id", "role")


class StandingFilter(admin.SimpleListFilter):
    """Open, locked, disabled or ended."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("open")),
            ("locked", gettext_lazy("locked")),
            ("idle", gettext_lazy("disabled")),
            ("ended", gettext_lazy("ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        held = StaffHold.objects.filter(released_at__isnull=True)
        if self.value() == "open":
            return queryset.exclude(pk__in=held.values("user_id"))
        if self.value():
            return queryset.filter(pk__in=held.filter(kind=self.value()).values("user_id"))
        return queryset


@admin.register(User)
class StaffAdmin(StaffRolesAdmin, VerbScreen):
    """The staff of one's agencies. Buttons call services; a program manager's only, an auditor looks."""

    readers = (Role.PROGRAM_MANAGER, Role.AUDITOR)
    viewable = staticmethod(policies.viewable_staff)
    change_list_template = "admin/agencies/staff_list.html"
    list_display = ("__str__", "email", "standing")
    list_filter = (StandingFilter,)
    search_fields = ("name", "email__iexact")
    ordering = ("name", "pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="grant",
            form=GrantForm,
            service=grant_role,
            done=gettext_lazy("The role is granted."),
            guard=recent_proof_required,
        ),
        Verb(
            name="revoke",
            below="roles/",
            form=ReasonForm,
            service=revoke_role,
            done=gettext_lazy("The role is revoked."),
            guard=recent_proof_required,
        ),
        Verb(
            name="release",
            form=ReasonForm,
            service=release_staff_account,
            done=gettext_lazy("Released. The person is told by mail."),
            guard=recent_proof_required,
        ),
        Verb(
            name="end",
            form=EndForm,
            service=end_staff_account,
            done=gettext_lazy("Roles, sessions and keys ended."),
            guard=recent_proof_required,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        holds = StaffHold.objects.filter(released_at__isnull=True)
        return super().get_queryset(request).prefetch_related(Prefetch("holds", queryset=holds, to_attr="open_holds"))

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, person: Any) -> str:
        holds: list[StaffHold] = person.open_holds
        return ", ".join(hold.get_kind_display() for hold in holds) or _("open")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        extra = {"title": _("Staff"), "may_open": policies.can_open_accounts(request.user)}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        one = "<uuid:public_id>/"
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "": ("changelist", self.changelist_view),
            "open/": ("open", require_http_methods(["GET", "HEAD", "POST"])(self.open_view)),
            one: ("change", self.person_view),
        }
        guarded = self.admin_site.admin_view
        own = [path(route, guarded(view), name=f"accounts_user_{name}") for route, (name, view) in pages.items()]
        return [*own, *self.verb_urls()]

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """Invite a colleague."""
        user = cast(User, request.user)
        if not policies.can_open_accounts(user):
            raise NotFound(_("There is no such page for your role."))
        if request.method == "POST":
            return recent_proof_required(self._open)(request)
        return self._open_page(request, OpenAccountForm(agencies=_managed(user)))

    def _open(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        form = OpenAccountForm(request.POST, agencies=_managed(user))
        if form.is_valid():
            agency = form.cleaned_data["agency"]
            try:
                person = open_staff_account(**form.cleaned_data, by=user, actor=_actor(user, agency))
            except InvalidInput as error:
                refuse(form, error)
            else:
                messages.success(request, _("The account is open. An invitation goes out where it is new."))
                return _page_of(person)
        return self._open_page(request, form, status=422)

    def _open_page(self, request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {**self._frame(request), "title": _("Open a staff account"), "form": form}
        return TemplateResponse(request, "admin/agencies/staff_open.html", context, status=status)

    def person_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One person: roles, standing, and what the reader may change."""
        return self._page(request, self._person(request, public_id))

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> User | RoleGrant:
        if not verb.below:
            return self._person(request, public_id)
        seen = policies.viewable_staff(cast(User, request.user))
        grants = RoleGrant.objects.select_related("user", "agency").filter(user__in=seen)
        grant = grants.filter(public_id=public_id).first()
        if grant is None:
            raise NotFound(_("There is no such role."))
        return grant

    def verb_form(self, request: HttpRequest, verb: Verb, subject: User | RoleGrant) -> forms.Form:
        managed: dict[str, Any] = (
            {"agencies": _managed(cast(User, request.user))} if verb.name in ("grant", "end") else {}
        )
        return verb.form(request.POST, prefix=verb.name, **managed)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: User | RoleGrant, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        if isinstance(subject, RoleGrant):
            return {"grant": subject, "by": user, "actor": _actor(user, subject.agency), **given}
        agency = given.get("agency") or policies.agencies_to_release_in(user, subject).first()
        if agency is None:
            raise NotAllowed(_("Only another program manager of the same agency can do this."), code="role")
        return {"person": subject, "by": user, "actor": _actor(user, agency), **given}

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: User | RoleGrant, form: forms.Form
    ) -> HttpResponse:
        return self._page(request, _person_of(subject), status=422, **{f"{verb.name}_form": form})

    def verb_done(self, request: HttpRequest, verb: Verb, subject: User | RoleGrant) -> HttpResponse:
        return _page_of(_person_of(subject))

    def _person(self, request: HttpRequest, public_id: UUID) -> User:
        found = policies.viewable_staff(cast(User, request.user)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such person here."))
        return found

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def _page(self, request: HttpRequest, person: User, *, status: int = 200, **given: Any) -> HttpResponse:
        user = cast(User, request.user)
        managed = _managed(user)
        in_sight = agencies_of(user, Role.PROGRAM_MANAGER, Role.AUDITOR)
        grants = list(_OPEN_GRANTS.filter(user=person, agency__in=in_sight))
        manages = {agency.pk for agency in managed} if person.pk != user.pk else set()
        context = {
            **self._frame(request),
            "title": str(person),
            "person": person,
            "hold": open_hold(person),
            "last_use": last_use_of(person),
            "grants": [(grant, grant.agency_id in manages) for grant in grants],
            "is_oneself": person.pk == user.pk,
            "may_manage": bool(manages),
            "may_release": policies.can_release(user, person),
            "grant_form": GrantForm(agencies=managed, prefix="grant"),
            "revoke_form": ReasonForm(prefix="revoke"),
            "release_form": ReasonForm(prefix="release"),
            "end_form": EndForm(agencies=managed, prefix="end"),
            **given,
        }
        return TemplateResponse(request, "admin/agencies/staff_member.html", context, status=status)


def _person_of(subject: User | RoleGrant) -> User:
    return subject.user if isinstance(subject, RoleGrant) else subject


def _managed(user: User) -> QuerySet[Agency]:
    return agencies_of(user, Role.PROGRAM_MANAGER).order_by("short_name")


def _actor(user: User, agency: Agency) -> Actor:
    return acting_as(user, agency, Role.PROGRAM_MANAGER).actor


def _page_of(person: User) -> HttpResponse:
    return redirect("admin:accounts_user_change", public_id=person.public_id)
