"""How often a password or a second factor may be tried, counted by mailbox and source (CJIS AC-7).

For every address alike, known or not, so that no answer tells which one has an account.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import tallies
from apps.accounts.limits import try_again
from apps.accounts.models import normalize_email
from apps.accounts.sources import source_of
from apps.accounts.tallies import Counter, Limit, Taken

HERE, EVERYWHERE = "sign_in", "sign_in.everywhere"
# One address that tries many mailboxes.
_MANY_MAILBOXES = Limit("sign_in.address", 20, 60)


def take_try(request: HttpRequest | None, email: str) -> Taken:
    """Count one try before its secret is checked. Raises ValidationError, with the time to wait, if it may not go on.

    A mailbox has STAFF_LOCK_FAILURES tries from each source in STAFF_LOCK_MINUTES; then this source waits longer and
    longer. From all unknown sources together it has STAFF_FLOOD_FAILURES a day (NIST SP 800-63B-4 allows 100 in a
    row). A known device counts by itself alone, so nobody elsewhere uses up the owner's tries.
    """
    taken = count_try(request, email)
    if not taken.passes:
        raise forms.ValidationError(_words(taken.seconds), code="too_many_login_attempts")
    return taken


def count_try(request: HttpRequest | None, email: str) -> Taken:
    """The same without raising, for what was wrong already."""
    taken = tallies.take(*_counters(request, email))
    if request is not None:
        request.sign_in_try = taken  # type: ignore[attr-defined]
    return taken


def forget_tries(email: str) -> int:
    """Release every source that waits for this mailbox, in the caller's transaction. Says how many counters went."""
    return tallies.release(normalize_email(email))


def _counters(request: HttpRequest | None, email: str) -> list[Counter]:
    mailbox, source = normalize_email(email), source_of(request, email)
    here = Limit(
        HERE,
        settings.STAFF_LOCK_FAILURES,
        settings.STAFF_LOCK_MINUTES * 60,
        waits=tuple(minutes * 60 for minutes in settings.STAFF_LOCK_WAITS),
    )
    counters = [Counter(here, f"{mailbox} {source.what}", mailbox)]
    if not source.is_known:
        everywhere = Limit(EVERYWHERE, settings.STAFF_FLOOD_FAILURES, 24 * 3600)
        counters += [Counter(everywhere, mailbox, mailbox), Counter(_MANY_MAILBOXES, source.what)]
    return counters


def _words(seconds: float | None) -> str:
    """What is said to everybody alike. None: until somebody releases it."""
    other = _(
        "A passkey works at once, and so does a device where you signed in before. "
        "Unless you are agency staff, a code by e-mail works too."
    )
    if seconds is None:
        words = _("Too many wrong tries from here. Agency staff: ask your program manager to release the account.")
        return f"{words} {other}"
    return f"{_('Too many wrong tries from here.')} {try_again(seconds)} {other}"
