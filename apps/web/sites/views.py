"""A partner's sites: see, add, rename, close."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.models import Site
from apps.cameras.selectors import get_site_for, sites_of
from apps.cameras.services import add_site, close_site, update_site
from apps.core.errors import InvalidInput, NotFound
from apps.core.paging import page_of
from apps.partners.models import Partner
from apps.streets.search import streets_known
from apps.web.decorators import manager_page, page_is_about
from apps.web.members.forms import CloseSiteForm, SiteForm
from apps.web.sites.selectors import cameras_at, site_cards

ROLE = "registrant"


@manager_page
@require_safe
def sites(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Each site with its cameras."""
    page = page_of(request, sites_of(partner))
    return render(request, "web/sites/sites.html", {"nav": "sites", "page": page, "cards": site_cards(page.rows)})


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """A new site; its cameras follow."""
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            add_site(
                partner=partner,
                user=user,
                name=data["name"],
                address=data["address"],
                request_key=data["request_key"],
                actor=actor_for(user, role=ROLE),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The site is there. Now you can register its cameras."))
            return redirect("web:sites")
    return _site_page(request, form)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Another name or address."""
    site = _open_site(request, user, public_id)
    form = SiteForm(request.POST or None, initial={"name": site.name, "address": site.address})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            update_site(
                site=site, user=user, name=data["name"], address=data["address"], actor=actor_for(user, role=ROLE)
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("web:sites")
    return _site_page(request, form, site)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Close a site, after saying which cameras go with it."""
    site = _open_site(request, user, public_id)
    cameras = cameras_at(site)
    form = CloseSiteForm(request.POST or None, cameras=len(cameras))
    if request.method == "POST" and form.is_valid():
        close_site(site=site, user=user, with_cameras=True, actor=actor_for(user, role=ROLE))
        messages.success(request, _("The site is closed."))
        return redirect("web:sites")
    context = {"nav": "sites", "form": form, "site": site, "cameras": cameras}
    return render(request, "web/sites/site_close.html", context, status=422 if form.errors else 200)


def _site_page(request: HttpRequest, form: SiteForm, site: Site | None = None) -> HttpResponse:
    context = {"nav": "sites", "form": form, "site": site, "finds_places": streets_known()}
    return render(request, "web/sites/site_form.html", context, status=422 if form.errors else 200)


def _open_site(request: HttpRequest, user: User, public_id: UUID) -> Site:
    site = get_site_for(user, public_id)
    if site.closed_at is not None or site.partner.left_at is not None:
        raise NotFound(_("There is no such site among yours."))
    page_is_about(request, site.partner)
    return site
