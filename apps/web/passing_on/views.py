"""Passing cameras on: offer, show the link, withdraw; and for who moves in: see, take over, decline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.models import Site
from apps.cameras.selectors import get_site_for, sites_of
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, TooMany, WrongState
from apps.core.paging import page_of
from apps.links import access
from apps.links.services import link_for_letter
from apps.links.views import landing
from apps.partners.models import Partner
from apps.partners.policies import MANAGING_ROLES, partners_for
from apps.prospects.link_kinds import OFFER
from apps.prospects.models import CameraOffer
from apps.prospects.offers import get_offer_for, names_in, offer_by_id, offers_of
from apps.prospects.services import Answer, decline_offer, offer_cameras, passable_cameras, take_cameras, withdraw_offer
from apps.prospects.services.offering import check_may_take
from apps.prospects.states import OfferState
from apps.terms.selectors import documents_in_force, shown_terms
from apps.terms.services.accepting import shown_from
from apps.web.decorators import manager_page
from apps.web.passing_on.forms import OfferForm, TakeForm

ROLE = "registrant"


@manager_page
@require_safe
def offers(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """At which site the cameras stay, and what was offered so far."""
    page = page_of(request, offers_of(user, partner))
    sites = [(site, passable_cameras(site).count()) for site in sites_of(partner)[:100]]
    context = {"nav": "cameras", "page": page, "offers": page.rows, "sites": sites, "now": timezone.now()}
    return render(request, "web/passing_on/offers.html", context)


@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Which cameras of this site stay, and who gets them."""
    site = get_site_for(user, public_id)
    if site.partner_id != partner.pk:
        raise NotFound(_("There is no such site among yours."))
    cameras = [(str(one.public_id), one.name) for one in passable_cameras(site)]
    first = {"cameras": [key for key, _name in cameras], "language": translation.get_language()}
    form = OfferForm(request.POST or None, cameras=cameras, initial=first)
    if request.method == "POST" and form.is_valid():
        made = _offered(site, form, user)
        if made is not None:
            return redirect("web:pass_on_offer", public_id=made.public_id)
    context = {"nav": "cameras", "site": site, "form": form, "has_cameras": bool(cameras)}
    return render(request, "web/passing_on/offer.html", context, status=422 if form.errors else 200)


def _offered(site: Site, form: OfferForm, user: User) -> CameraOffer | None:
    """The offer that was made; None if it was refused, which the form then says."""
    given = form.cleaned_data
    try:
        return offer_cameras(
            site=site,
            cameras=[UUID(one) for one in given["cameras"]],
            email=given["email"],
            language=given["language"],
            request_key=given["request_key"],
            user=user,
            actor=actor_for(user, role=ROLE),
        )
    except InvalidInput as error:
        form.refuse(error)
    except (WrongState, TooMany) as error:
        form.add_error("email" if given["email"] else None, str(error.message))
    return None


@never_cache
@manager_page
@require_http_methods(["GET", "HEAD", "POST"])
def offered(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """One offer: the link with its picture and its code while it is open, and the button that takes it back."""
    found = get_offer_for(user, public_id)
    if found.partner_id != partner.pk:
        raise NotFound(_("There is no such offer among yours."))
    if request.method == "POST":
        try:
            withdraw_offer(offer=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("The offer is withdrawn. Its link no longer works. The cameras stay yours."))
        except WrongState as refusal:
            messages.warning(request, str(refusal.message))
        return redirect("web:pass_on")
    context: dict[str, Any] = {"nav": "cameras", "offer": found, "names": names_in(found)}
    if found.state == OfferState.OPEN and found.expires_at > timezone.now():
        link = link_for_letter(kind=OFFER, subject=found.public_id)
        picture = segno.make(link.address, error="m", micro=False).svg_data_uri(scale=6, border=4)
        context |= {"link": link.address, "code": link.code, "picture": picture}
    return render(request, "web/passing_on/offered.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def camera_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the link opens: names of cameras, and after signing in the yes and the no."""
    if not access.once_opened(request, OFFER, public_id):
        return landing(request, OFFER, public_id)
    found = offer_by_id(public_id)
    user = request.user if isinstance(request.user, User) else None
    if user is None:
        if not access.has_opened(request, OFFER, public_id):
            return _over(request, _("Ask for a new offer, or register the cameras yourself."), "offer_over", 410)
        status = 403 if request.method == "POST" else 200
        return render(request, "web/passing_on/taking.html", {"offer": found, "names": names_in(found)}, status=status)
    if request.method != "POST" and found.taken_by is not None and found.taken_by in partners_for(user):
        return redirect("web:cameras")
    try:
        if request.method == "POST" and "decline" in request.POST:
            decline_offer(offer=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("You declined. Nothing else happens."))
            return redirect("web:start")
        if request.method != "POST" or found.state != OfferState.TAKEN:
            check_may_take(found, user)
        return _taking(request, found, user)
    except (WrongState, NotAllowed) as refusal:
        return _over(request, str(refusal.message), refusal.code, refusal.status)


def _taking(request: HttpRequest, found: CameraOffer, user: User) -> HttpResponse:
    mine = partners_for(user, *MANAGING_ROLES).filter(left_at__isnull=True).exclude(pk=found.partner_id)
    partners = list(mine.order_by("pk"))
    first = {"partner": str(partners[0].public_id) if partners else "new", "site_name": _("Home")}
    form = TakeForm(request.POST or None, partners=partners, initial=first)
    status, changed = 200, False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer = Answer(
            partner=next((one for one in partners if str(one.public_id) == given.get("partner")), None),
            name=given["name"],
            agencies=list(given["agencies"]),
            shown=shown_from(request.POST.getlist("shown")),
            request_key=given["request_key"],
            language=request.LANGUAGE_CODE[:2],
        )
        try:
            take_cameras(
                offer=found,
                user=user,
                answer=answer,
                kind=given["kind"] or "resident",
                site_name=given["site_name"],
                attested=given["attested"],
                actor=actor_for(user, role=ROLE),
            )
        except Stale:
            status, changed = 409, True
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The cameras are yours now. Look at each one and save it."))
            return redirect("web:cameras")
    context = {
        "offer": found,
        "names": names_in(found),
        "form": form,
        "documents": [shown_terms(version) for version in documents_in_force()],
        "changed": changed,
    }
    return render(request, "web/passing_on/taking.html", context, status=422 if form.errors else status)


def _over(request: HttpRequest, refusal: str, code: str, status: int) -> HttpResponse:
    return render(request, "web/passing_on/taking.html", {"refusal": refusal, "code": code}, status=status)
