"""How many codes by mail a mailbox gets, so that nobody uses them up for its owner.

Nobody is refused a code because others asked for one. A mailbox gets so many short codes, counted by mailbox and
source and for all sources together: six digits, for one browser, three guesses each. What is asked for beyond that
gets one long code for the mailbox, the same for everybody who asks within a quarter of an hour and too long to be
guessed. It is mailed every five minutes at most, so a flood neither fills the mailbox nor keeps its owner waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from apps.accounts.models import normalize_email
from apps.accounts.sources import source_of
from apps.accounts.tallies import Counter, Limit, began, forget, take

_HERE = Limit("code.here", 3, 5 * 60)
_HOUR, _DAY = Limit("code.hour", 10, 3600), Limit("code.day", 30, 24 * 3600)
_MANY_MAILBOXES = Limit("code.address", 20, 60)
_LONG, _LONG_MAIL = Limit("code.long", 1, 15 * 60), Limit("code.long_mail", 1, 5 * 60)
_PROOF = Limit("code.proof", 3, 5 * 60)
_RESET_HERE, _RESET = Limit("reset.here", 3, 60), Limit("reset.everywhere", 10, 5 * 60)
# Digits, because phones show a keypad for codes: eighteen are 59 bits.
LONG_DIGITS = 18


@dataclass(frozen=True, slots=True)
class LongCode:
    """The mailbox's long code now. `mail_it`: it was not mailed in the last five minutes."""

    code: str
    epoch: str
    mail_it: bool


def wait_for_code(request: HttpRequest, email: str) -> float | None:
    """Seconds until this address may ask for more mailboxes' codes; None: it may now, and this one is counted."""
    source = source_of(request, email)
    taken = take(Counter(_MANY_MAILBOXES, source.what))
    return None if taken.passes else taken.seconds


def may_mail_short_code(request: HttpRequest, email: str) -> bool:
    """Whether one more short code goes to this mailbox; it is counted."""
    mailbox, source = normalize_email(email), source_of(request, email)
    # A known device has a share of its own, which others cannot use up.
    share = f"{mailbox} {source.what}" if source.is_known else mailbox
    return take(Counter(_HERE, f"{mailbox} {source.what}"), Counter(_HOUR, share), Counter(_DAY, share)).passes


def long_code(email: str) -> LongCode:
    """The long code of this mailbox. It is derived from the server's key and stored nowhere."""
    counter = _long(email)
    take(counter)
    epoch = began(counter)
    mail_it = take(Counter(_LONG_MAIL, f"{normalize_email(email)} {epoch}")).passes
    mac = salted_hmac("accounts.long_code", f"{normalize_email(email)} {epoch}", algorithm="sha256").digest()
    digits = f"{int.from_bytes(mac) % 10**LONG_DIGITS:0{LONG_DIGITS}d}"
    return LongCode("-".join(digits[at : at + 6] for at in (0, 6, 12)), epoch, mail_it)


def is_current(email: str, epoch: str) -> bool:
    """Whether a long code of this epoch still opens: it does once."""
    return began(_long(email)) == epoch


def spend_long_code(email: str) -> None:
    """It was used."""
    forget(_long(email))


def may_mail_proof_code(user_id: int) -> bool:
    """Whether an open session gets one more code to its own address; it is counted."""
    return take(Counter(_PROOF, str(user_id))).passes


def wait_for_reset(request: HttpRequest, email: str) -> float | None:
    """Seconds until this source may ask once more for a code for a new password; None: now, and it is counted."""
    mailbox, source = normalize_email(email), source_of(request, email)
    counters = [Counter(_RESET_HERE, f"{mailbox} {source.what}")]
    if not source.is_known:
        counters += [Counter(_RESET, mailbox), Counter(_MANY_MAILBOXES, source.what)]
    taken = take(*counters)
    return None if taken.passes else taken.seconds


def _long(email: str) -> Counter:
    return Counter(_LONG, normalize_email(email))
