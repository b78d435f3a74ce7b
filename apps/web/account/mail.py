"""Letters go to the person's address again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_for
from apps.core.errors import TooMany, WrongState
from apps.notifications.services import try_address_again
from apps.web.decorators import public_person


@login_required
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """The person says that the mailbox works: what waits is written again."""
    user = public_person(request)
    try:
        try_address_again(user=user, actor=actor_for(user))
        messages.success(request, _("We write to you again. What waits for you was sent once more."))
    except (TooMany, WrongState) as refusal:
        messages.error(request, str(refusal.message))
    return redirect("web:account")
