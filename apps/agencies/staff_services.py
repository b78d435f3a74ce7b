"""Acts on the staff's accounts: roles given and taken, accounts opened, released and ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import staff_holds
from apps.accounts.models import HoldKind, StaffHold, User, normalize_email
from apps.agencies import staff_mails
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.staff_policies import agencies_to_release_in, can_change_roles
from apps.agencies.staff_setup import Opened, end_setups, forget_credentials, hold_setups, issue_setup
from apps.agencies.training import extend_grace, grace_end
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

REASON_MIN, REASON_MAX = 5, 500
_BADGE = re.compile(r"[A-Z0-9]([A-Z0-9-]{0,10}[A-Z0-9])?")


def grant_role(*, person: User, agency: Agency, role: str, by: User, actor: Actor) -> RoleGrant:
    """Give the person a role in the agency; one that is there already is returned as it is.

    Raises NotAllowed for a role of one's own and outside one's agency, InvalidInput for a role that is none,
    WrongState for an account that was ended: open it again first.
    """
    with transaction.atomic():
        _may_change(by, person, agency, role)
        if StaffHold.objects.filter(user=person, kind=HoldKind.ENDED, released_at__isnull=True).exists():
            raise WrongState(_("This account was ended. Open it again first."))
        return give_role(person, agency, role, actor)


def revoke_role(*, grant: RoleGrant, reason: str, by: User, actor: Actor) -> RoleGrant:
    """Take the role away from now on; what was done under it stays. A role that ended already stays as it is.

    Raises NotAllowed for one's own role and outside one's agency, InvalidInput without a reason.
    """
    with transaction.atomic():
        _may_change(by, grant.user, grant.agency)
        reason = stated_reason(reason)
        return _revoke(grant, reason, actor)


def open_staff_account(*, email: str, name: str, agency: Agency, role: str, by: User, actor: Actor) -> Opened:
    """Make a staff account with one role. It is set up with the link in the mail and the code that is returned here.

    An account of the staff that is there already gets the role; one that was ended opens again, with a new password
    and a new second factor. A repeat changes nothing and writes to nobody. Raises NotAllowed unless `by` is a program
    manager of the agency, InvalidInput for an address that cannot be used, or for one's own.
    """
    with transaction.atomic():
        if normalize_email(email) == by.email:
            raise NotAllowed(_("Nobody changes their own roles."), code="oneself")
        opened = _open(email, name, actor, allowed=lambda found: can_change_roles(by, found, agency, role))
        give_role(opened.person, agency, role, actor)
        return opened


def appoint_manager(*, email: str, name: str, agency: Agency, actor: Actor) -> Opened:
    """A program manager whom nobody inside the portal could appoint; for the operator's shell.

    Where the agency asks for training the role gives rights for GRACE_DAYS, in which a second manager records it: the
    command also opens an agency whose managers' training has ended.
    """
    with transaction.atomic():
        opened = _open(email, name, actor, allowed=lambda found: True)
        give_role(opened.person, agency, Role.PROGRAM_MANAGER, actor, grace=True)
        return opened


def renew_setup(*, person: User, reason: str, by: User, actor: Actor) -> Opened:
    """A new link and a new code: the first ones were lost, or the person lost password or second factor.

    An account that was set up is set up anew: password, second factors, sessions and ties to a provider end. The person
    is told by mail. Raises NotAllowed unless `by` manages an agency where the person serves and is somebody else,
    InvalidInput without a reason, WrongState for an account that is shut.
    """
    with transaction.atomic():
        if not agencies_to_release_in(by, person).exists():
            raise NotAllowed(_("Only another program manager of the same agency can do this."), code="role")
        reason = stated_reason(reason)
        person = locked(User.objects).get(pk=person.pk)
        if staff_holds.is_shut(person):
            raise WrongState(_("This account is shut. Release or open it first."))
        forget_credentials(person)
        ledger.record("staff_account.reset", Subject.of("user", person.public_id), actor, private={"reason": reason})
        staff_mails.tell("reset", person, key=uuid4().hex)
        return Opened(person, issue_setup(person=person, actor=actor))


def release_staff_account(*, person: User, reason: str, by: User | None, actor: Actor) -> list[StaffHold]:
    """Release a lock (CJIS AC-7), or open an account again that was disabled for not being used (AC-2(3)).

    `by` is none for the operator's shell alone. Raises NotAllowed unless `by` manages an agency where the person
    serves and is somebody else, InvalidInput without a reason, WrongState if nothing is to be released.
    """
    with transaction.atomic():
        if by is not None and not agencies_to_release_in(by, person).exists():
            raise NotAllowed(_("Only another program manager of the same agency can do this."), code="role")
        reason = stated_reason(reason)
        holds = staff_holds.lift_holds(person=person, kinds=(HoldKind.LOCKED, HoldKind.IDLE), by=by, reason=reason)
        if not holds:
            raise WrongState(_("This account is not locked."))
        ledger.record(
            "staff_account.released",
            Subject.of("user", person.public_id),
            actor,
            holds=sorted(hold.kind for hold in holds),
            private={"reason": reason} if reason else {},
        )
        staff_mails.tell("released", person, key=f"{holds[0].public_id}")
        return holds


def end_staff_account(*, person: User, agency: Agency, reason: str, by: User, actor: Actor) -> bool:
    """The person no longer works for the agency: roles there end at once, and so do all sessions and keys.

    A person with no role in another agency loses the account with it: password, second factor and the ties to an
    identity provider are gone, and only `open_staff_account` opens it again. Says whether the account ended. A repeat
    changes nothing. Raises NotAllowed for oneself and outside one's agency, InvalidInput without a reason.
    """
    with transaction.atomic():
        _may_change(by, person, agency)
        reason = stated_reason(reason)
        locked(User.objects).get(pk=person.pk)
        hold_setups(person)
        for grant in RoleGrant.objects.filter(user=person, agency=agency, ended_at__isnull=True).order_by("pk"):
            _revoke(grant, reason, actor)
        if RoleGrant.objects.filter(user=person, ended_at__isnull=True).exists():
            staff_holds.end_sessions(person)
            return False
        if staff_holds.shut_account(person=person, kind=HoldKind.ENDED, reason=reason) is None:
            return False
        end_setups(person)
        forget_credentials(person)
        ledger.record(
            "staff_account.ended",
            Subject.of("user", person.public_id),
            actor,
            agency=str(agency.public_id),
            private={"reason": reason} if reason else {},
        )
        return True


def _may_change(by: User, person: User, agency: Agency, role: str = "") -> None:
    if by.pk == person.pk:
        raise NotAllowed(_("Nobody changes their own roles."), code="oneself")
    if not can_change_roles(by, person, agency, role):
        raise NotAllowed(_("Only a program manager of this agency can do this."), code="role")


def set_badge(*, person: User, badge: str, by: User, actor: Actor) -> User:
    """Set or clear the number on a colleague's badge. The same number again changes nothing.

    Raises NotAllowed unless `by` manages an agency where the person serves and is somebody else, InvalidInput for what
    is no badge number.
    """
    with transaction.atomic():
        if not agencies_to_release_in(by, person).exists():
            raise NotAllowed(_("Only another program manager of the same agency can do this."), code="role")
        badge = _checked_badge(badge)
        person = locked(User.objects).get(pk=person.pk)
        if person.badge == badge:
            return person
        before, person.badge = person.badge, badge
        person.save(update_fields=["badge"])
        subject = Subject.of("user", person.public_id)
        ledger.record("staff_account.badge_set", subject, actor, private={"badge": badge, "before": before})
        return person


def _checked_badge(badge: str) -> str:
    badge = "".join(badge.split()).upper()
    if badge and not _BADGE.fullmatch(badge):
        sentence = _("Use letters, digits and hyphens, at most 12, like 4711 or D-204.")
        raise InvalidInput.about("badge", sentence)
    return badge


def stated_reason(reason: str) -> str:
    """The reason as it is kept. Raises InvalidInput without one."""
    reason = text.line(reason, field="reason", most=REASON_MAX, required=False)
    if len(reason) < REASON_MIN:
        sentence = _("Say in a few words why.")
        raise InvalidInput.about("reason", sentence)
    return reason


def give_role(person: User, agency: Agency, role: str, actor: Actor, *, grace: bool = False) -> RoleGrant:
    """The role, new or as it is there already; in the caller's transaction, which has asked who may.

    With `grace` it gives rights for some days without a training, where the agency asks for one.
    """
    if role not in Role.values:
        sentence = _("Choose a role.")
        raise InvalidInput.about("role", sentence)
    there = RoleGrant.objects.filter(user=person, agency=agency, role=role, ended_at__isnull=True)
    until = grace_end(agency) if grace and agency.training_months else None
    found = there.first()
    if found is not None:
        return extend_grace(found, until, actor) if until else found
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(user=person, agency=agency, role=role, trained_until=until)
    except IntegrityError:
        return there.get()
    ledger.record(
        "role.granted",
        Subject.of("user", person.public_id),
        actor,
        agency=str(agency.public_id),
        role=role,
        **({"without_training_until": until.isoformat()} if until else {}),
    )
    return grant


def _revoke(grant: RoleGrant, reason: str, actor: Actor) -> RoleGrant:
    grant = locked(RoleGrant.objects).select_related("user", "agency").get(pk=grant.pk)
    if grant.ended_at is None:
        grant.ended_at = timezone.now()
        grant.save(update_fields=["ended_at"])
        facts = {"agency": str(grant.agency.public_id), "role": grant.role}
        ledger.record(
            "role.revoked",
            Subject.of("user", grant.user.public_id),
            actor,
            **facts,
            private={"reason": reason} if reason else {},
        )
    return grant


def _open(email: str, name: str, actor: Actor, *, allowed: Callable[[User], bool]) -> Opened:
    email = normalize_email(email)
    unusable = _("This address cannot be used. Give the person's own address at the agency.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput.about("email", unusable) from error
    name = text.line(name, field="name", most=150)
    person = locked(User.objects).filter(email=email).first()
    if person is None and not EmailAddress.objects.filter(email=email).exists():
        try:
            with transaction.atomic():
                person = User.objects.create_user(email, None, name=name, is_staff=True)
                EmailAddress.objects.create(user=person, email=email, verified=False, primary=True)
        except IntegrityError:
            person = User.objects.get(email=email)
        else:
            _allow(person, allowed)
            ledger.record("staff_account.opened", Subject.of("user", person.public_id), actor)
            return Opened(person, issue_setup(person=person, actor=actor))
    if person is None or not person.is_staff:
        # A private account of this address stays what it is; an officer with a camera has two.
        raise InvalidInput.about("email", unusable)
    _allow(person, allowed)
    lifted = staff_holds.lift_holds(person=person, kinds=(HoldKind.ENDED,), by=None, reason=_("opened again"))
    if not lifted:
        return Opened(person)
    ledger.record("staff_account.opened", Subject.of("user", person.public_id), actor, again=True)
    return Opened(person, issue_setup(person=person, actor=actor))


def _allow(person: User, allowed: Callable[[User], bool]) -> None:
    if not allowed(person):
        raise NotAllowed(_("Only a program manager of this agency can do this."), code="role")
