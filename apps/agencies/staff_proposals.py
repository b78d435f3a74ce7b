"""What takes two people: a new address of a staff account, and a program manager for an agency that has none.

One asks, another one confirms within a week. A manager of another agency reinstates a manager alone: that is the
second agency. Every step is in the ledger and mailed to the person, a change of address to the old address.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import staff_holds
from apps.accounts.models import HoldKind, User, normalize_email
from apps.accounts.tries import forget_tries
from apps.agencies import staff_mails
from apps.agencies.models import Agency, ProposalKind, Role, StaffProposal
from apps.agencies.staff_proposal_policies import (
    can_ask_for_address,
    can_ask_for_manager,
    can_decide,
    can_reinstate_alone,
)
from apps.agencies.staff_services import give_role, stated_reason
from apps.agencies.staff_setup import Opened, end_setups, forget_credentials, issue_setup
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

OPEN_FOR = timedelta(days=7)
_GRACE_AGAIN = timedelta(days=365)


def propose_address(
    *, person: User, agency: Agency, address: str, reason: str, by: User, actor: Actor
) -> StaffProposal:
    """Ask for a new e-mail address of a colleague. Nothing changes until a second person confirms it.

    The present address is told at once. Raises NotAllowed unless `by` manages the person's agency and is somebody else,
    InvalidInput for an address that cannot be used, WrongState while another proposal waits.
    """
    with transaction.atomic():
        person = locked(User.objects).get(pk=person.pk)
        if not can_ask_for_address(by, person, agency):
            raise NotAllowed(_("Another program manager of the agency can do this."), code="role")
        reason, address = stated_reason(reason), _usable(address)
        proposal = _propose(ProposalKind.ADDRESS, person, agency, reason, by, address=address)
        ledger.record(
            "staff_address.proposed",
            Subject.of("user", person.public_id),
            actor,
            agency=str(agency.public_id),
            proposal=str(proposal.public_id),
            private={"address": address, "reason": reason},
        )
        staff_mails.tell("address_asked", person, key=str(proposal.public_id), address=address)
        return proposal


def propose_manager(
    *, person: User, agency: Agency, reason: str, by: User, actor: Actor
) -> tuple[StaffProposal, Opened | None]:
    """Ask that a colleague be program manager of the agency again, or for the first time where nobody is.

    A program manager of another agency decides it alone and at once; one of the agency's own people needs a second
    one. Raises NotAllowed for oneself and for an agency that has a manager at work, InvalidInput without a reason.
    """
    with transaction.atomic():
        person = locked(User.objects).get(pk=person.pk)
        alone = can_reinstate_alone(by, person, agency)
        if not alone and not can_ask_for_manager(by, person, agency):
            raise NotAllowed(_("Another program manager of the agency can do this."), code="role")
        reason = stated_reason(reason)
        proposal = _propose(ProposalKind.MANAGER, person, agency, reason, by)
        ledger.record(
            "staff_manager.proposed",
            Subject.of("user", person.public_id),
            actor,
            agency=str(agency.public_id),
            proposal=str(proposal.public_id),
            private={"reason": reason},
        )
        return proposal, _reinstate(proposal, person, by, actor) if alone else None


def confirm_proposal(*, proposal: StaffProposal, by: User, actor: Actor) -> Opened:
    """The second person says yes, and it is done. Returns the code to hand over where the account is set up anew.

    Raises NotAllowed for the person who asked and for the person whom it is about, WrongState for one that is over or
    could not be asked for any more: a manager is at work again, or one of the two left.
    """
    with transaction.atomic():
        person = locked(User.objects).get(pk=proposal.user_id)
        proposal = _open(proposal)
        if not can_decide(by, proposal):
            raise NotAllowed(_("Somebody else of the agency confirms this."), code="two_people")
        _check_still_holds(proposal, person)
        if proposal.kind == ProposalKind.MANAGER:
            return _reinstate(proposal, person, by, actor)
        _change_address(proposal, person, actor)
        _decide(proposal, by, confirmed=True)
        return Opened(person)


def withdraw_proposal(*, proposal: StaffProposal, by: User, actor: Actor) -> StaffProposal:
    """It is not done. The person who asked may take it back, and who may confirm it may refuse it."""
    with transaction.atomic():
        locked(User.objects).get(pk=proposal.user_id)
        proposal = _open(proposal)
        if by.pk != proposal.asked_by_id and not can_decide(by, proposal):
            raise NotAllowed(_("Somebody else of the agency decides this."), code="two_people")
        _decide(proposal, by, confirmed=False)
        ledger.record(
            "staff_proposal.withdrawn",
            Subject.of("user", proposal.user.public_id),
            actor,
            proposal=str(proposal.public_id),
        )
        return proposal


def _propose(
    kind: ProposalKind, person: User, agency: Agency, reason: str, by: User, address: str = ""
) -> StaffProposal:
    waiting = locked(StaffProposal.objects).filter(user=person, kind=kind, decided_at__isnull=True).first()
    if waiting is not None and waiting.expires_at > timezone.now():
        raise WrongState(_("The same is asked for already and waits for a second person."), code="waits")
    if waiting is not None:
        _decide(waiting, None, confirmed=False)
    return StaffProposal.objects.create(
        kind=kind,
        user=person,
        agency=agency,
        address=address,
        reason=reason,
        asked_by=by,
        expires_at=timezone.now() + OPEN_FOR,
    )


def _open(proposal: StaffProposal) -> StaffProposal:
    proposal = locked(StaffProposal.objects).select_related("user", "agency").get(pk=proposal.pk)
    if proposal.decided_at is not None or proposal.expires_at <= timezone.now():
        raise WrongState(_("This is decided already, or a week has passed. Ask again."), code="over")
    return proposal


def _check_still_holds(proposal: StaffProposal, person: User) -> None:
    may_ask = can_ask_for_address if proposal.kind == ProposalKind.ADDRESS else can_ask_for_manager
    if not may_ask(proposal.asked_by, person, proposal.agency):
        sentence = _("Since this was asked for, a program manager came back or somebody left the agency. Ask again.")
        raise WrongState(sentence, code="changed")


def _decide(proposal: StaffProposal, by: User | None, *, confirmed: bool) -> None:
    proposal.decided_at, proposal.decided_by, proposal.confirmed = timezone.now(), by, confirmed
    proposal.save(update_fields=["decided_at", "decided_by", "confirmed"])


def _usable(address: str) -> str:
    address = normalize_email(address)
    unusable = _("This address cannot be used. Give the person's own address at the agency.")
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput.about("address", unusable) from error
    taken = User.objects.filter(email=address).exists() or EmailAddress.objects.filter(email=address).exists()
    if taken or len(address) > 254:
        raise InvalidInput.about("address", unusable)
    return address


def _change_address(proposal: StaffProposal, person: User, actor: Actor) -> None:
    """The new one counts as proved when the person types the code that is mailed to it at the next sign-in."""
    address, old = _usable(proposal.address), person.email
    staff_mails.tell("address_changed", person, key=str(proposal.public_id), address=address)
    forget_tries(old)
    EmailAddress.objects.filter(user=person).delete()
    person.email = address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
            EmailAddress.objects.create(user=person, email=address, verified=False, primary=True)
    except IntegrityError as error:
        raise WrongState(_("Somebody else has this address by now. Ask again with another one.")) from error
    end_setups(person)
    staff_holds.end_sessions(person)
    ledger.record(
        "staff_address.changed",
        Subject.of("user", person.public_id),
        actor,
        proposal=str(proposal.public_id),
        private={"from": old, "to": address},
    )
    staff_mails.tell("address_new", person, key=str(proposal.public_id), address=address)


def _was_reinstated(person: User, agency: Agency) -> bool:
    """Whether it happened in the past year. A second grace would be thirty days more without a training, for ever.

    The role is given nevertheless, and its holder can appoint a colleague and record that one's training.
    """
    done = StaffProposal.objects.filter(kind=ProposalKind.MANAGER, user=person, agency=agency, confirmed=True)
    return done.filter(decided_at__gt=timezone.now() - _GRACE_AGAIN).exists()


def _reinstate(proposal: StaffProposal, person: User, by: User, actor: Actor) -> Opened:
    """Give the role and set the account up anew: the person proves who they are in two channels."""
    staff_holds.lift_holds(person=person, kinds=(HoldKind.LOCKED, HoldKind.IDLE), by=by, reason=proposal.reason)
    give_role(person, proposal.agency, Role.PROGRAM_MANAGER, actor, grace=not _was_reinstated(person, proposal.agency))
    forget_credentials(person)
    # A manager of another agency who asked decided it alone; a second person is named where there is one.
    _decide(proposal, by if proposal.asked_by_id != by.pk else None, confirmed=True)
    ledger.record(
        "staff_manager.reinstated",
        Subject.of("user", person.public_id),
        actor,
        agency=str(proposal.agency.public_id),
        proposal=str(proposal.public_id),
    )
    staff_mails.tell_colleagues("manager_back", person, proposal.agency, key=str(proposal.public_id))
    return Opened(person, issue_setup(person=person, actor=actor))
