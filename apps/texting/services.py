"""Opting in with proof, and out from the page or with STOP."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.tallies import Counter, Limit, take
from apps.core.errors import InvalidInput, NotFound, PortalError, TooMany, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.notifications.models import UnreachableAddress
from apps.notifications.outcomes import NotDelivered
from apps.notifications.services import digest_of_address
from apps.notifications.texts import texts_backend
from apps.texting.models import TextingConsent
from apps.texting.states import TEXTING_TRANSITIONS, StoppedBy, TextingState

CODE_LIVES = timedelta(minutes=15)
_ASKED = Limit("texting_code", 4, 24 * 3600)
_TRIED = Limit("texting_try", 5, 15 * 60)
_DIGITS = re.compile(r"\D")


class TextFailed(PortalError):
    """The code could not be sent; nothing else happened."""

    status = 503


def consent_words() -> str:
    """What the person reads and ticks; it is kept with the consent, as it was shown."""
    return _(
        "Send me a text message when a police agency that I allow asks for video from my cameras, and once as a"
        " reminder. A few texts a month at most. Your carrier’s message and data rates may apply. Reply STOP to end"
        " them, HELP for help. I can take part without them."
    )


def us_number(typed: str) -> str:
    """A number of the United States or Canada in E.164. Raises InvalidInput beside `number`."""
    digits = _DIGITS.sub("", typed)
    digits = digits.removeprefix("1") if len(digits) == 11 else digits
    if len(digits) != 10 or digits[0] in "01" or digits[3] in "01":
        sentence = _("Enter a mobile number with its area code, for example (850) 555-0123.")
        raise InvalidInput.about("number", sentence)
    return f"+1{digits}"


def ask_for_texts(*, user: User, number: str, agreed: bool, page: str, language: str, actor: Actor) -> TextingConsent:
    """Note what was shown and send a code to the number, at once and without the outbox: somebody waits for it.

    Raises InvalidInput, TooMany, WrongState where the portal sends no texts, TextFailed where it was not taken.
    """
    backend = texts_backend()
    if backend is None:
        raise WrongState(_("This portal sends no text messages."))
    if not agreed:
        sentence = _("Tick the box if you want text messages.")
        raise InvalidInput.about("agreed", sentence)
    number = us_number(number)
    digest = digest_of_address(number)
    if not take(Counter(_ASKED, f"person {user.public_id}"), Counter(_ASKED, f"number {digest}")).passes:
        raise TooMany(_("Several codes were sent today. Try again tomorrow."))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        _replace(user)
        consent = TextingConsent(
            user=user,
            number=number,
            number_digest=digest,
            words=consent_words(),
            page=page,
            language=language,
            code_ends_at=timezone.now() + CODE_LIVES,
        )
        consent.code_digest = _digest_of(consent, code)
        consent.save()
        ledger.record("texting.asked", Subject.of("user", user.public_id), actor, consent=str(consent.public_id))
    words = _("%(portal)s: your code is %(code)s. It is good for 15 minutes. If you did not ask for it, do nothing.")
    try:
        backend.send(number=number, text=words % {"portal": settings.PORTAL_NAME, "code": code})
    except NotDelivered as error:
        raise TextFailed(_("The text message could not be sent. Check the number, or try again later.")) from error
    return consent


def confirm_texts(*, user: User, code: str, actor: Actor) -> TextingConsent:
    """The code came back: texts may go to the number. Another person who had the number gets none any more.

    Raises NotFound if no code is waited for, InvalidInput for a wrong or late one, TooMany.
    """
    waiting = TextingConsent.objects.filter(user=user, state=TextingState.ASKED).order_by("-pk").first()
    if waiting is None:
        raise NotFound(_("No code is waited for. Enter your number first."))
    if not take(Counter(_TRIED, str(waiting.public_id))).passes:
        raise TooMany(_("Too many wrong codes. Ask for a new one in 15 minutes."))
    with transaction.atomic():
        either = Q(number_digest=waiting.number_digest) | Q(user=user)
        consents = list(locked(TextingConsent.objects).filter(either))
        consent = next(one for one in consents if one.pk == waiting.pk)
        good = constant_time_compare(_digest_of(consent, _DIGITS.sub("", code)), consent.code_digest)
        if consent.state != TextingState.ASKED or not good or consent.code_ends_at < timezone.now():
            sentence = _("This code is not right, or it is too old.")
            raise InvalidInput.about("code", sentence)
        for other in consents:
            if other.state == TextingState.ON:
                _stop(other, StoppedBy.PAGE)
        TEXTING_TRANSITIONS.check(consent.state, TextingState.ON)
        consent.state, consent.confirmed_at, consent.code_digest = TextingState.ON, timezone.now(), ""
        consent.save(update_fields=["state", "confirmed_at", "code_digest"])
        UnreachableAddress.objects.filter(recipient_digest=consent.number_digest).delete()
        ledger.record("texting.on", Subject.of("user", user.public_id), actor, consent=str(consent.public_id))
        return consent


def stop_texts(*, user: User, actor: Actor) -> None:
    """From the page. Raises WrongState if none go out."""
    with transaction.atomic():
        consent = locked(TextingConsent.objects).filter(user=user, state=TextingState.ON).first()
        if consent is None:
            raise WrongState(_("You get no text messages."))
        _stop(consent, StoppedBy.PAGE)
        ledger.record("texting.stopped", Subject.of("user", user.public_id), actor, by=str(StoppedBy.PAGE))


def stop_number(*, number: str, actor: Actor) -> bool:
    """STOP came from this number. Says whether anybody got texts there; a repeat changes nothing."""
    with transaction.atomic():
        digest = digest_of_address(number)
        consent = (
            locked(TextingConsent.objects)
            .select_related("user")
            .filter(number_digest=digest, state=TextingState.ON)
            .first()
        )
        if consent is None:
            return False
        _stop(consent, StoppedBy.PHONE)
        ledger.record("texting.stopped", Subject.of("user", consent.user.public_id), actor, by=str(StoppedBy.PHONE))
        return True


def start_number(*, number: str, actor: Actor) -> bool:
    """START came from this number: who stopped texts with it, gets them again. Nobody else is put on by it."""
    with transaction.atomic():
        digest = digest_of_address(number)
        last = locked(TextingConsent.objects).filter(number_digest=digest).order_by("-pk").first()
        if last is None or last.state != TextingState.STOPPED or last.stopped_by != StoppedBy.PHONE:
            return False
        TEXTING_TRANSITIONS.check(last.state, TextingState.ON)
        last.state, last.stopped_at, last.stopped_by = TextingState.ON, None, ""
        try:
            with transaction.atomic():
                last.save(update_fields=["state", "stopped_at", "stopped_by"])
        except IntegrityError:  # the person has another number by now
            return False
        UnreachableAddress.objects.filter(recipient_digest=digest).delete()
        ledger.record("texting.on", Subject.of("user", last.user.public_id), actor, consent=str(last.public_id))
        return True


def erase_texting(*, user: User) -> int:
    """Blank the numbers and end what is on. That there was a consent, and its words, stays; part of an erasure."""
    with transaction.atomic():
        rows = list(locked(TextingConsent.objects).filter(user=user))
        for row in rows:
            if row.state == TextingState.ON:
                _stop(row, StoppedBy.PAGE)
            UnreachableAddress.objects.filter(recipient_digest=row.number_digest).delete()
            row.number = row.number_digest = row.code_digest = ""
            row.save(update_fields=["number", "number_digest", "code_digest"])
        return len(rows)


def _replace(user: User) -> None:
    for row in locked(TextingConsent.objects).filter(user=user, state=TextingState.ASKED):
        TEXTING_TRANSITIONS.check(row.state, TextingState.REPLACED)
        row.state, row.code_digest = TextingState.REPLACED, ""
        row.save(update_fields=["state", "code_digest"])


def _stop(consent: TextingConsent, by: StoppedBy) -> None:
    TEXTING_TRANSITIONS.check(consent.state, TextingState.STOPPED)
    consent.state, consent.stopped_at, consent.stopped_by = TextingState.STOPPED, timezone.now(), by
    consent.save(update_fields=["state", "stopped_at", "stopped_by"])


def _digest_of(consent: TextingConsent, code: str) -> str:
    value = f"{consent.public_id} {code}"
    return salted_hmac("texting.code", value, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()
