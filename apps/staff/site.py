"""The staff's site: Django's admin, with rights asked of policies and sign-in through allauth with a second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.staff_session import NOTICE_AT
from apps.agencies.policies import agencies_served
from apps.core.admin import PolicyAdmin
from apps.core.errors import NotAllowed
from apps.core.reading import reading
from apps.staff import system, today, told
from apps.staff.navigation import bar_for
from apps.staff.places import finding_places, partner_map


class PortalAdminSite(admin.AdminSite):
    """One site for all agencies; what a person finds in it follows from their roles alone."""

    site_header = gettext_lazy("Camera partnership · staff")
    site_title = gettext_lazy("Camera partnership")
    index_title = gettext_lazy("Today")
    index_template = "admin/today.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff. StaffSecondFactorMiddleware has turned back people without a second factor (CJIS IA-2)."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only screens whose rows come from a policy: those that libraries bring ask for permissions instead."""
        if admin_class is not None and issubclass(admin_class, PolicyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The admin's own pages, the partner map, the program, what takes two people, and what one is told."""
        from apps.staff.agencies import keys, two_people  # its screens are registered with this site
        from apps.staff.lists import view_pages
        from apps.staff.lists.export_view import export_view
        from apps.staff.program import urls as program

        return [
            path("find/", self.admin_view(finding_places.find), name="find_place"),
            *keys.urls(self),
            *two_people.urls(self),
            *told.urls(self),
            path("lists/<str:label>/export/", self.admin_view(export_view(self)), name="list_export"),
            path("lists/<str:label>/views/", self.admin_view(view_pages.views_page(self)), name="list_views"),
            path(
                "lists/views/<uuid:public_id>/rename/",
                self.admin_view(view_pages.rename_page(self)),
                name="list_view_rename",
            ),
            path(
                "lists/views/<uuid:public_id>/delete/",
                self.admin_view(view_pages.delete_page(self)),
                name="list_view_delete",
            ),
            *program.urls(self),
            path("system/", self.admin_view(system.system), name="system"),
            path("map/", self.admin_view(partner_map.page), name="partner_map"),
            path("map/ask/", self.admin_view(partner_map.ask), name="partner_map_ask"),
            path("map/cells/", self.admin_view(partner_map.cells), name="partner_map_cells"),
            path("map/sites/", self.admin_view(partner_map.sites), name="partner_map_sites"),
            path("map/places/", self.admin_view(partner_map.places), name="partner_map_places"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What each staff page's head needs: the person's agencies and the bar."""
        with reading():
            context = super().each_context(request)
            may = self.has_permission(request)
            return {
                **context,
                "my_agencies": agencies_served(request.user) if may else [],
                "bar": bar_for(request.user, request.path, context["available_apps"]) if may else None,
            }

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff sign in through allauth, with its limits and the second factor, after they accept the notice (AC-8)."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise NotAllowed(_("This page is for agency staff."))
        if NOTICE_AT not in request.session:
            return redirect_to_login(wanted, reverse("staff:notice"))
        return redirect_to_login(wanted, reverse("account_login"))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signing out is allauth's too."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one page for changing a password: allauth's."""
        return redirect("account_change_password")

    def app_index(  # type: ignore[override]
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Apps are rooms of the code, not of the staff: the bar names every list."""
        return redirect("admin:index")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """“Today”: what waits for this person, and for a program manager how the program does."""
        context = {"today": today.today_for(request.user), "title": self.index_title, **(extra_context or {})}
        return super().index(request, extra_context=context)
