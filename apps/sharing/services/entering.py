"""Somebody outside comes in: the link opens the page, a code by mail proves the mailbox, and an ended link is renewed.

The code is the second factor: a link that was passed on, or lay in a log, opens nothing without the mailbox that the
records custodian named.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.tallies import Counter, Limit, take
from apps.core.errors import InvalidInput, NotFound, TooMany, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links.services import issue_link, renew_link
from apps.sharing.ground import subject_of
from apps.sharing.letters import send_link
from apps.sharing.link_kinds import SHARED
from apps.sharing.models import Grant, Visit
from apps.sharing.staff_letters import tell_of_asking
from apps.sharing.validity import in_force

CODE_MINUTES, CODE_TRIES = 10, 5
_CODES_SOON, _CODES_DAY = Limit("grant.code", 3, 300), Limit("grant.code.day", 20, 24 * 3600)
_AGAIN_SOON, _AGAIN_DAY = Limit("grant.again", 1, 600), Limit("grant.again.day", 5, 24 * 3600)


def recipient_of(grant: Grant) -> Actor:
    """Who acts by the link of a grant, as the ledger names them: by role in court. The name is in the grant."""
    return Actor(kind="recipient", public_id=str(grant.public_id), role=grant.agreement.court_role)


def invite(grant: Grant, *, again: bool = False) -> None:
    """Write the letter with a link for GRANT_LINK_DAYS, in the caller's transaction and under the grant's lock.

    With `again` it is a new link, and what opened the page before opens it no more.
    """
    grant.link_ends_at = min(timezone.now() + timedelta(days=settings.GRANT_LINK_DAYS), grant.ends_at)
    grant.save(update_fields=["link_ends_at"])
    make = renew_link if again else issue_link
    send_link(grant, make(kind=SHARED, subject=grant.public_id))


def ask_again(*, grant: Grant) -> bool:
    """The holder of a link whose days are over asks for another one. Says whether the grant still gives something.

    If it does, a new link goes to the address in the grant, and to no other. If its own end has passed, the records
    custodian is told. However often it is asked: one letter in ten minutes, five a day. Raises WrongState for a grant
    that was revoked or whose agreement is over: nobody here can give it longer.
    """
    if grant.revoked_at is not None or grant.agreement.is_over:
        raise WrongState(_("The agency has ended this. Please ask the agency."), code="over")
    taken = take(Counter(_AGAIN_SOON, str(grant.public_id)), Counter(_AGAIN_DAY, str(grant.public_id)))
    with transaction.atomic():
        list(locked(Grant.objects).filter(pk=grant.pk))
        mine = Grant.objects.select_related("agency", "agreement", "given_by", "case").get(pk=grant.pk)
        lives = Grant.objects.filter(in_force(), pk=grant.pk).exists()
        if not taken.passes:
            return lives
        if lives:
            invite(mine, again=True)
        else:
            tell_of_asking(mine)
        ledger.record("grant.asked_again", subject_of(mine), recipient_of(mine), renewed=lives)
        return lives


def begin_visit(*, grant: Grant, session: str) -> tuple[Visit, str]:
    """A code for this browser (`session` is its fingerprint), to be mailed to the address in the grant.

    An earlier code of this browser opens nothing more. Raises WrongState for a grant or link that is over, TooMany.
    """
    taken = take(Counter(_CODES_SOON, str(grant.public_id)), Counter(_CODES_DAY, str(grant.public_id)))
    if not taken.passes:
        raise TooMany(_("Several codes were mailed already. Use the newest one, or wait some minutes."))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        mine = _open_grant(grant)
        now = timezone.now()
        Visit.objects.filter(grant=mine, session=session, proved_at__isnull=True).update(code_ends_at=now)
        visit = Visit(grant=mine, session=session, code_ends_at=now + timedelta(minutes=CODE_MINUTES))
        visit.code_digest = _digest(visit, code)
        visit.ends_at = now + timedelta(hours=settings.GRANT_VISIT_HOURS)
        visit.save()
        return visit, code


def prove_visit(*, visit: Visit, code: str, session: str) -> Visit:
    """The code was typed: from now on this browser may look, for GRANT_VISIT_HOURS.

    `session` is the browser's fingerprint from now on. Raises InvalidInput for a wrong code (five tries each),
    WrongState for a code, grant or link that is over.
    """
    with transaction.atomic():
        grant = _open_grant(visit.grant)
        mine = locked(Visit.objects).get(pk=visit.pk)
        if mine.proved_at is not None or mine.tries >= CODE_TRIES or mine.code_ends_at <= timezone.now():
            raise WrongState(_("This code no longer works. Have a new one mailed."), code="code")
        mine.tries += 1
        right = constant_time_compare(_digest(mine, "".join(code.split())), mine.code_digest)
        if right:
            mine.proved_at, mine.session = timezone.now(), session
            ledger.record("grant.entered", subject_of(grant), recipient_of(grant), visit=str(mine.public_id))
        mine.save(update_fields=["tries", "proved_at", "session"])
    if not right:  # after the commit: the try counts
        sentence = _("This is not the code. Use the newest mail, and type all six digits.")
        raise InvalidInput.about("code", sentence)
    return mine


def _open_grant(grant: Grant) -> Grant:
    """The grant, if it and its link hold now. Raises NotFound, WrongState."""
    rows = Grant.objects.filter(in_force(), pk=grant.pk, agreement__to_agency__isnull=True)
    found = rows.select_related("agency", "agreement", "case").first()
    if found is None or found.link_ends_at is None:
        raise NotFound(_("There is no such grant, or it is over."))
    if found.link_ends_at <= timezone.now():
        raise WrongState(_("The days of this link are over. Ask for a new one."), code="link")
    return found


def _digest(visit: Visit, code: str) -> str:
    return salted_hmac("sharing.code", f"{visit.public_id}:{code}", algorithm="sha256").hexdigest()
