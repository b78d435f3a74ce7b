"""What the carrier tells: STOP, START, HELP. The provider signs it, and nothing else is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.ledger.values import Actor
from apps.notifications.texts import provider_token
from apps.texting.services import start_number, stop_number

_STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ALTO", "PARAR"}
_START = {"START", "UNSTOP", "YES", "EMPEZAR"}
_SPANISH = {"ALTO", "PARAR", "EMPEZAR", "AYUDA"}


@csrf_exempt  # the provider has no session; its signature is checked
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """One text that somebody sent to our number. The answer is TwiML: a text back, or nothing."""
    if not is_signed(request):
        return HttpResponse(status=403)
    word = request.POST.get("Body", "").strip().strip(".!").upper()
    number = request.POST.get("From", "")
    actor = Actor.system("text_provider")
    # Where the provider answers STOP, START and HELP by itself, it says so, and one answer is enough.
    answered = bool(request.POST.get("OptOutType"))
    with translation.override("es" if word in _SPANISH else settings.LANGUAGE_CODE):
        if word in _STOP:
            stop_number(number=number, actor=actor)
            words = _("You get no more text messages from %(portal)s. Reply START to get them again.")
        elif word in _START:
            if start_number(number=number, actor=actor):
                words = _("You get text messages from %(portal)s again. Reply STOP to end them.")
            else:
                words = _("To get text messages from %(portal)s, sign in at %(site)s and add your number there.")
        else:
            words = _("%(portal)s: nobody reads texts to this number. Sign in at %(site)s. Reply STOP to end texts.")
        said = words % {"portal": settings.PORTAL_NAME, "site": settings.SITE_URL}
    body = "" if answered else f"<Message>{escape(said)}</Message>"
    xml = f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


def is_signed(request: HttpRequest) -> bool:
    """Twilio's signature: HMAC-SHA1 of the address and all fields in order, by the account's token."""
    token = provider_token()
    if not token:
        return False
    address = f"{settings.SITE_URL.rstrip('/')}{request.path}"
    fields = "".join(f"{name}{value}" for name in sorted(request.POST) for value in sorted(request.POST.getlist(name)))
    made = hmac.new(token.encode(), (address + fields).encode(), hashlib.sha1)
    expected = base64.b64encode(made.digest()).decode()
    return constant_time_compare(expected, request.headers.get("X-Twilio-Signature", ""))
