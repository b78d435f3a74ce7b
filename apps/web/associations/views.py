"""Belonging to an association, and the desk of an association's contact."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotFound, TooMany, WrongState
from apps.core.forms import ServiceForm
from apps.links import access, throttle
from apps.links.views import landing
from apps.partners import letters, services
from apps.partners.link_kinds import BELONG, NO_MAIL, STOP
from apps.partners.messages import site_address
from apps.partners.models import AppealReader, Partner, PartnerKind
from apps.partners.policies import leads_association
from apps.partners.selectors import (
    address_of,
    affiliations_of,
    get_affiliation_for,
    join_code_by_code,
    join_code_by_id,
    join_code_of,
    reader_by_id,
)
from apps.partners.services.strangers import letter_by_id, letter_is_stopped
from apps.web.associations.forms import (
    AppealForm,
    BelongForm,
    CodeForm,
    EndForm,
    InviteForm,
)
from apps.web.associations.selectors import counts_for_association
from apps.web.decorators import (
    manager_page,
    public_person,
    registrant_page,
    runs_partner,
)

ROLE = "registrant"
P = ParamSpec("P")


def contact_page(
    view: Callable[Concatenate[HttpRequest, User, Partner, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pages of an association's contact; for every other partner there is no such page."""

    def inner(request: HttpRequest, user: User, partner: Partner, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not leads_association(user, partner):
            raise NotFound(_("This page is for associations. Switch to one for which you act."))
        return view(request, user, partner, *args, **kwargs)

    return manager_page(wraps(view)(inner))


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def associations(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """To which associations the partner belongs, and the field for a code from a flyer."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = join_code_by_code(form.cleaned_data["code"])
        except NotFound as refusal:
            throttle.count_wrong_guess(request)
            form.add_error("code", str(refusal.message))
        else:
            response = redirect("web:belong", public_id=found.public_id)
            access.remember_subject(response, request, BELONG, found.public_id)
            return response
    rows = list(affiliations_of(partner))
    reads = set(
        AppealReader.objects.filter(affiliation__in=rows, user=user, ended_at__isnull=True).values_list(
            "affiliation_id", flat=True
        )
    )
    context = {
        "nav": "associations",
        "form": form,
        "rows": [(row, row.pk in reads) for row in rows],
        "manages": runs_partner(request, partner),
        "is_association": partner.kind == PartnerKind.ASSOCIATION,
    }
    return render(request, "web/associations/associations.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def belong(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a flyer's code opens: which association asks, what it would see, and yes."""
    found = join_code_by_id(public_id) if access.has_opened(request, BELONG, public_id) else None
    if found is None:
        return landing(request, BELONG, public_id)
    if not request.user.is_authenticated:
        context = {"association": found.association}
        return render(request, "web/associations/belong.html", context, status=403 if request.method == "POST" else 200)
    public_person(request)
    return _belong(request, association=found.association, code=found.code)


@registrant_page
def _belong(request: HttpRequest, user: User, partner: Partner, *, association: Partner, code: str) -> HttpResponse:
    form = BelongForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.affiliate(
                partner=partner,
                code=code,
                wants_appeals=form.cleaned_data["appeals"],
                user=user,
                actor=actor_for(user, role=ROLE),
            )
        except WrongState as refusal:
            refused = str(refusal.message)
        else:
            messages.success(request, _("Saved. You can end this at any time."))
            return redirect("web:associations")
    context = {
        "nav": "associations",
        "association": association,
        "form": form,
        "refused": refused,
        "may_say_so": runs_partner(request, partner),
    }
    return render(request, "web/associations/belong.html", context, status=409 if refused else 200)


@registrant_page
@require_POST
def affiliation(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """End belonging, or switch the association's letters on or off for oneself."""
    found = get_affiliation_for(user, public_id)
    if "end" in request.POST:
        services.end_affiliation(affiliation=found, user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("You no longer belong to it. Its counts leave you out from next week on."))
    else:
        wants = request.POST.get("letters") == "on"
        services.read_appeals(affiliation=found, wants=wants, user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("You get its letters.") if wants else _("You get no more of its letters."))
    return redirect("web:associations")


@contact_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Counts, the code, inviting by mail, ending."""
    forms: dict[str, ServiceForm] = {
        "invite": InviteForm(prefix="invite", initial={"language": translation.get_language()}),
        "end": EndForm(prefix="end"),
    }
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb == "code":
        services.renew_join_code(association=partner, user=user, actor=actor_for(user, role=ROLE))
        messages.success(request, _("Here is the new code. The old one no longer works."))
        return redirect("web:association")
    if request.method == "POST" and verb in forms:
        form = forms[verb] = type(forms[verb])(request.POST, prefix=verb)
        if form.is_valid() and _sent(form, verb, request, user, partner):
            return redirect("web:association")
    code = join_code_of(partner)
    context = {
        "nav": "association",
        "association": partner,
        "counts": counts_for_association(partner),
        "code": code,
        "link": address_of(code) if code else "",
        **forms,
    }
    errors = any(form.errors for form in forms.values())
    return render(request, "web/associations/association.html", context, status=422 if errors else 200)


def _sent(form: ServiceForm, verb: str, request: HttpRequest, user: User, partner: Partner) -> bool:
    actor = actor_for(user, role=ROLE)
    try:
        if verb == "invite":
            services.invite_to_association(association=partner, user=user, actor=actor, **form.cleaned_data)
            messages.success(request, _("The letter is on its way. You will not see whether this person says yes."))
        else:
            services.end_affiliation_of(association=partner, user=user, actor=actor, **form.cleaned_data)
            messages.success(
                request, _("Done. If this person belonged, that has ended; we wrote to the address either way.")
            )
    except InvalidInput as error:
        form.refuse(error)
        return False
    except (WrongState, TooMany) as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


@contact_page
@require_safe
def flyer(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """A page to print, in both languages, with the code as text and as a picture to scan."""
    code = join_code_of(partner)
    if code is None:
        return redirect("web:association")
    link = address_of(code)
    picture = segno.make(link, error="m").svg_data_uri(scale=6, border=4)
    context = {"association": partner, "code": code.code, "link": link, "picture": picture, "nav": "association"}
    return render(request, "web/associations/association_flyer.html", context)


@contact_page
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Write, look at the letter as it will be, send."""
    form = AppealForm(request.POST or None)
    preview = ""
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        parts = {"title": data["title"], "text_": data["text"], "link": data["link"]}
        try:
            title, text, link = services.checked_appeal(**parts)
            if "send" in request.POST:
                services.forward_appeal(
                    association=partner,
                    user=user,
                    request_key=data["request_key"],
                    actor=actor_for(user, role=ROLE),
                    **parts,
                )
                messages.success(request, _("The letter is on its way to the members who agreed to such letters."))
                return redirect("web:association")
            if "preview" in request.POST:
                language = translation.get_language() or "en"
                stop = f"{site_address('web:home')}appeals/stop/…/#…"
                preview = letters.appeal_text(partner.name, title, text, link, language, stop)
        except InvalidInput as error:
            form.refuse(error)
        except TooMany as refusal:
            form.add_error(None, str(refusal.message))
            status = refusal.status
    context = {"nav": "association", "form": form, "preview": preview, "hosts": services.appeal_hosts()}
    return render(
        request, "web/associations/appeal.html", context, status=422 if form.errors and status == 200 else status
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeals_stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The way out of forwarded appeals: a mail program's button posts here; people see a page with one button.

    No sign-in: the link says whose letters end, and it can do nothing else. A mail program shows no secret: the random
    id in the address is enough to stop the letters (RFC 8058), and the answer names nobody.
    """
    reader = reader_by_id(public_id)
    if request.POST.get("List-Unsubscribe") == "One-Click" and reader is not None:
        services.stop_appeals(reader=reader)
        return HttpResponse(_("You get no more of these letters"), content_type="text/plain; charset=utf-8")
    if reader is None or not access.has_opened(request, STOP, public_id):
        return landing(request, STOP, public_id)
    if request.method == "POST":
        services.stop_appeals(reader=reader)
        reader.refresh_from_db()
    context = {"association": reader.affiliation.association, "ended": reader.ended_at is not None}
    return render(request, "web/associations/appeals_stop.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The way out of letters to strangers, as `appeals_stop`: a mail program's button, or a page with one."""
    letter = letter_by_id(public_id)
    if letter is not None and request.POST.get("List-Unsubscribe") == "One-Click":
        services.stop_mail(letter=letter)
        return HttpResponse(_("You get no more mail from us"), content_type="text/plain; charset=utf-8")
    if letter is None or not access.has_opened(request, NO_MAIL, public_id):
        return landing(request, NO_MAIL, public_id)
    if request.method == "POST":
        services.stop_mail(letter=letter)
    return render(request, "web/associations/no_mail.html", {"stopped": letter_is_stopped(letter)})
