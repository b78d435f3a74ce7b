"""Setting up a staff account takes two channels: the link in the mail, and a code that the manager hands over.

Who reads the mailbox alone, or hears the code alone, sets up nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _

from apps.accounts import staff_holds
from apps.accounts.models import User
from apps.accounts.tries import forget_tries
from apps.agencies import staff_mails
from apps.agencies.link_kinds import SETUP
from apps.agencies.models import StaffSetup
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.secrets import matches
from apps.links.services import issue_link, revoke_link

WRONG_CODES = 5
PERSON = Actor.system("staff_setup")


@dataclass(frozen=True, slots=True)
class Opened:
    """A person's staff account, and the code to hand over; None where there is nothing to set up."""

    person: User
    code: str | None = None


def issue_setup(*, person: User, actor: Actor) -> str:
    """A new link by mail and a new code, in the caller's transaction and under the person's lock. Returns the code.

    What was issued before opens nothing any more.
    """
    end_setups(person)
    code = get_random_string(8, "0123456789")
    setup = StaffSetup.objects.create(
        user=person,
        code_digest=_digest(code),
        expires_at=timezone.now() + timedelta(hours=settings.STAFF_SETUP_HOURS),
    )
    link = issue_link(kind=SETUP, subject=setup.public_id, expires_at=setup.expires_at)
    ledger.record(
        "staff_setup.issued",
        Subject.of("user", person.public_id),
        actor,
        setup=str(setup.public_id),
        expires_at=setup.expires_at.isoformat(),
    )
    staff_mails.tell("invited", person, key=str(setup.public_id), link=link, hours=settings.STAFF_SETUP_HOURS)
    return f"{code[:4]}-{code[4:]}"


def hold_setups(person: User) -> list[StaffSetup]:
    """The person's open set-ups, locked: before role grants (docs/locking.md)."""
    return list(locked(StaffSetup.objects).filter(user=person, ended_at__isnull=True))


def end_setups(person: User) -> None:
    """No open set-up of the person's opens anything any more; in the caller's transaction."""
    for setup in hold_setups(person):
        _end(setup)


def forget_credentials(person: User) -> None:
    """Password, second factors and ties to a provider end: who comes back proves himself anew. In the caller's act."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    staff_holds.end_sessions(person)
    forget_tries(person.email)


def open_setup_of(person: User) -> StaffSetup | None:
    """The set-up that waits for this person now."""
    found = StaffSetup.objects.filter(user=person, ended_at__isnull=True, expires_at__gt=timezone.now())
    return found.first()


def complete_setup(*, setup: StaffSetup, code: str, password: str) -> User:
    """Set the first password with the code that the manager handed over; the browser has opened the link.

    The fifth wrong code ends this set-up: the manager issues another. Raises InvalidInput for a password that is too
    weak, which is no try, and for a wrong code; WrongState for a set-up that is over.
    """
    person = setup.user
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error
    with transaction.atomic():
        person = locked(User.objects).get(pk=person.pk)
        setup = locked(StaffSetup.objects).get(pk=setup.pk)
        if setup.ended_at is not None or setup.expires_at <= timezone.now() or staff_holds.is_shut(person):
            raise WrongState(_("This invitation is over. Ask your program manager for a new one."))
        right = matches(_digest(code), setup.code_digest)
        if right:
            _set_up(setup, person, password)
        else:
            _count_wrong(setup, person)
    if right:
        return person
    if setup.ended_at is not None:
        raise WrongState(_("That was the fifth wrong code. Ask your program manager for a new invitation."))
    sentence = _("This is not the code. Ask your program manager for it, in person or by phone.")
    raise InvalidInput.about("code", sentence)


def _set_up(setup: StaffSetup, person: User, password: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    EmailAddress.objects.filter(user=person, email=person.email).update(verified=True)
    setup.used_at = timezone.now()
    _end(setup)
    ledger.record("staff_setup.completed", Subject.of("user", person.public_id), PERSON, setup=str(setup.public_id))


def _count_wrong(setup: StaffSetup, person: User) -> None:
    setup.wrong += 1
    setup.save(update_fields=["wrong"])
    if setup.wrong >= WRONG_CODES:
        _end(setup)
        ledger.record("staff_setup.exhausted", Subject.of("user", person.public_id), PERSON, setup=str(setup.public_id))


def _end(setup: StaffSetup) -> None:
    setup.ended_at = timezone.now()
    setup.save(update_fields=["ended_at", "used_at"])
    revoke_link(kind=SETUP, subject=setup.public_id)


def _digest(code: str) -> str:
    digits = "".join(char for char in code[:40] if char.isdigit())
    return salted_hmac("agencies.staff_setup", digits, algorithm="sha256").hexdigest()
