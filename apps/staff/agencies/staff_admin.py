"""Screens of a program manager for the staff of the agency: who has which role, whose account is shut, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import StaffHold, User
from apps.accounts.recent import recent_proof_required
from apps.accounts.staff_events import last_use_of
from apps.accounts.staff_holds import open_hold, open_holds
from apps.agencies import staff_policies as policies
from apps.agencies.acting import acting_as_manager
from apps.agencies.clearances import end_clearance, give_clearance
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import agencies_of, appoints_managers_in, is_appointed_manager, is_in_force
from apps.agencies.staff_proposals import propose_address
from apps.agencies.staff_services import (
    end_staff_account,
    grant_role,
    open_staff_account,
    release_staff_account,
    renew_setup,
    revoke_role,
    set_badge,
)
from apps.agencies.staff_setup import Opened, open_setup_of
from apps.agencies.training import is_due, last_day, record_training, trainings_due
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.ledger.values import Actor
from apps.staff.agencies.audit_admin import StaffRolesAdmin
from apps.staff.agencies.forms import (
    AddressForm,
    BadgeForm,
    EndForm,
    GrantForm,
    OpenAccountForm,
    ReasonForm,
    TrainingForm,
)
from apps.staff.verbs import Verb, VerbScreen

_OPEN_GRANTS = RoleGrant.objects.filter(ended_at__isnull=True).select_related("agency").order_by("agency_id", "role")


class StandingFilter(admin.SimpleListFilter):
    """Open, locked, disabled or ended."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("open")),
            ("locked", gettext_lazy("held back")),
            ("idle", gettext_lazy("disabled")),
            ("ended", gettext_lazy("ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        held = open_holds()
        if self.value() == "open":
            return queryset.exclude(pk__in=held.values("user_id"))
        if self.value():
            return queryset.filter(pk__in=held.filter(kind=self.value()).values("user_id"))
        return queryset


class TrainingFilter(admin.SimpleListFilter):
    """Colleagues whose role loses its rights within 30 days, or has lost them."""

    title = gettext_lazy("training")
    parameter_name = "training"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", gettext_lazy("ends soon or is missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "due":
            return queryset.filter(pk__in=trainings_due(cast(User, request.user)).order_by().values("user_id"))
        return queryset


@admin.register(User)
class StaffAdmin(StaffRolesAdmin, VerbScreen):
    """The staff of one's agencies. Buttons call services; a program manager's only, an auditor looks."""

    readers = (Role.PROGRAM_MANAGER, Role.AUDITOR)
    viewable = staticmethod(policies.viewable_staff)
    change_list_template = "admin/agencies/staff_list.html"
    list_display = ("__str__", "badge", "email", "standing")
    list_filter = (StandingFilter, TrainingFilter)
    search_fields = ("name", "email__iexact", "badge__iexact")
    search_help_text = gettext_lazy("A name or a part of it, or a whole badge number or e-mail")
    ordering = ("name", "pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="open",
            form=OpenAccountForm,
            service=open_staff_account,
            done=gettext_lazy("The colleague has the role."),
            guard=recent_proof_required,
            page=True,
            creates=True,
        ),
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
            name="badge",
            form=BadgeForm,
            service=set_badge,
            done=gettext_lazy("The badge number is saved."),
            guard=recent_proof_required,
        ),
        Verb(
            name="clear",
            below="roles/",
            form=ReasonForm,
            service=give_clearance,
            done=gettext_lazy("The colleague may open restricted evidence."),
            guard=recent_proof_required,
        ),
        Verb(
            name="unclear",
            below="roles/",
            form=ReasonForm,
            service=end_clearance,
            done=gettext_lazy("The clearance has ended."),
            guard=recent_proof_required,
        ),
        Verb(
            name="training",
            below="roles/",
            form=TrainingForm,
            service=record_training,
            done=gettext_lazy("The training is recorded."),
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
            name="renew",
            form=ReasonForm,
            service=renew_setup,
            done=gettext_lazy("A new link goes out by mail."),
            guard=recent_proof_required,
        ),
        Verb(
            name="address",
            form=AddressForm,
            service=propose_address,
            done=gettext_lazy("A second person has to confirm it. The present address is told."),
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

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Also a manager whose training has ended, who appoints the next one."""
        if super().has_view_permission(request, obj):
            return True
        return obj is None and is_appointed_manager(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("holds", queryset=open_holds(), to_attr="open_holds"))
        )

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, person: Any) -> str:
        holds: list[StaffHold] = person.open_holds
        return ", ".join(hold.get_kind_display() for hold in holds) or _("open")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        extra = {"title": _("Staff"), "may_open": policies.can_open_accounts(request.user)}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", self.person_view),
        }

    def verb_page(
        self, request: HttpRequest, verb: Verb, subject: None, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        """The form that invites a colleague."""
        title = _("Open a staff account")
        return self.page(request, "admin/agencies/staff_open.html", title=title, status=status, form=form)

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

    def verb_form(self, request: HttpRequest, verb: Verb, subject: User | RoleGrant | None) -> ServiceForm:
        user = cast(User, request.user)
        if verb.creates and not policies.can_open_accounts(user):
            raise NotFound(_("There is no such page for your role."))
        managed: dict[str, Any] = {}
        if verb.name in ("open", "grant"):
            managed = _appointing(user)
        elif verb.name in ("end", "address"):
            managed = {"agencies": _managed(user)}
        prefix = None if verb.creates else verb.name
        return verb.form(request.POST if request.method == "POST" else None, prefix=prefix, **managed)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: User | RoleGrant | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        if subject is None:
            return {"by": user, "actor": _actor(user, given["agency"]), **given}
        if isinstance(subject, RoleGrant) and verb.name == "training":
            return {"grant": subject, "by": user, **given}
        if isinstance(subject, RoleGrant):
            return {"grant": subject, "by": user, "actor": _actor(user, subject.agency), **given}
        agency = given.get("agency") or policies.agencies_to_release_in(user, subject).first()
        if agency is None:
            raise NotAllowed(_("Only another program manager of the same agency can do this."), code="role")
        return {"person": subject, "by": user, "actor": _actor(user, agency), **given}

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: User | RoleGrant | None, form: ServiceForm
    ) -> HttpResponse:
        if subject is None:
            return self.verb_page(request, verb, None, form, status=422)
        if isinstance(subject, RoleGrant) and verb.name == "training":
            return self._page(request, subject.user, status=422, training_forms={subject.public_id: form})
        given: dict[str, Any] = {f"{verb.name}_form": form}
        return self._page(request, _person_of(subject), status=422, **given)

    def verb_answer(
        self, request: HttpRequest, verb: Verb, subject: User | RoleGrant | None, made: Any
    ) -> HttpResponse:
        if isinstance(made, Opened) and made.code:
            return code_page(request, self.admin_site.each_context(request), made)
        return super().verb_answer(request, verb, subject, made.person if verb.creates else made)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: User | RoleGrant) -> HttpResponse:
        return _page_of(_person_of(subject))

    def _person(self, request: HttpRequest, public_id: UUID) -> User:
        found = policies.viewable_staff(cast(User, request.user)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such person here."))
        return found

    def _page(
        self,
        request: HttpRequest,
        person: User,
        *,
        status: int = 200,
        training_forms: Mapping[UUID, ServiceForm] = MappingProxyType({}),
        **given: Any,
    ) -> HttpResponse:
        user = cast(User, request.user)
        managed = _managed(user)
        in_sight = policies.agencies_with_staff_in_sight(user)
        grants = list(_OPEN_GRANTS.filter(user=person, agency__in=in_sight))
        manages = {agency.pk for agency in managed} if person.pk != user.pk else set()
        context = {
            "person": person,
            "hold": open_hold(person),
            "last_use": last_use_of(person),
            "roles": [
                {
                    "grant": grant,
                    "may": grant.agency_id in manages,
                    "may_train": policies.can_change_roles(user, person, grant.agency, grant.role),
                    "holds": is_in_force(grant),
                    "is_due": is_due(grant),
                    "last_day": last_day(grant),
                    "form": training_forms.get(
                        grant.public_id, TrainingForm(prefix="training", auto_id=f"training-{grant.public_id}_%s")
                    ),
                }
                for grant in grants
            ],
            "is_oneself": person.pk == user.pk,
            "may_manage": bool(manages),
            "may_appoint": person.pk != user.pk and bool(_appointing(user)["agencies"]),
            "may_release": policies.can_release(user, person),
            "setup": open_setup_of(person),
            "renew_form": ReasonForm(prefix="renew"),
            "address_form": AddressForm(agencies=managed, prefix="address"),
            "badge_form": BadgeForm(prefix="badge", initial={"badge": person.badge}),
            "grant_form": GrantForm(**_appointing(user), prefix="grant"),
            "revoke_form": ReasonForm(prefix="revoke"),
            "clear_form": ReasonForm(prefix="clear"),
            "unclear_form": ReasonForm(prefix="unclear"),
            "release_form": ReasonForm(prefix="release"),
            "end_form": EndForm(agencies=managed, prefix="end"),
            **given,
        }
        return self.page(request, "admin/agencies/staff_member.html", title=str(person), status=status, **context)


def code_page(request: HttpRequest, frame: dict[str, Any], opened: Opened) -> HttpResponse:
    """The code to hand over, shown this once: only its digest is kept."""
    context = {**frame, "title": _("Tell the person this code"), "opened": opened, "hours": settings.STAFF_SETUP_HOURS}
    response = TemplateResponse(request, "admin/agencies/staff_code.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _person_of(subject: User | RoleGrant) -> User:
    return subject.user if isinstance(subject, RoleGrant) else subject


def _managed(user: User) -> QuerySet[Agency]:
    return agencies_of(user, Role.PROGRAM_MANAGER).order_by("short_name")


def _appointing(user: User) -> dict[str, Any]:
    """Where the person gives roles; a manager whose training has ended only makes other managers."""
    managed = _managed(user)
    if managed:
        return {"agencies": managed}
    return {"agencies": appoints_managers_in(user).order_by("short_name"), "only_managers": True}


def _actor(user: User, agency: Agency) -> Actor:
    return acting_as_manager(user, agency).actor


def _page_of(person: User) -> HttpResponse:
    return redirect("admin:accounts_user_change", public_id=person.public_id)
