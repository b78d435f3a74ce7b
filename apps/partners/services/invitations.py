"""Inviting people to act for a partner: send, send again, withdraw, accept, decline, let expire.

The letter's link shows who invites to what.
To accept, a person has to be signed in with the invited address, proven by mail: a forwarded letter opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.addresses import language_of_address, proves_address
from apps.accounts.models import User, normalize_email
from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.models import Link
from apps.links.services import issue_link, renew_link
from apps.partners import policies
from apps.partners.link_kinds import MEMBER
from apps.partners.messages import tell_invited
from apps.partners.models import MemberInvitation, MemberRole, Membership, Partner
from apps.partners.services.strangers import check_may_write, way_out_of_letter
from apps.partners.services.taking_part import check_takes_part
from apps.partners.states import MEMBER_INVITATION_TRANSITIONS, MemberInvitationState

MOST_OPEN = 50
MOST_LETTERS = 5
EMAIL_MAX = 254


def invite_member(
    *, partner: Partner, email: str, role: str, language: str, user: User, request_key: UUID | None, actor: Actor
) -> MemberInvitation:
    """Offer somebody a role and write to that address, in the language its account has, else in `language`.

    What the caller learns is the same whether the address has an account, is staff's, or neither. A repeated key
    finds the first. Raises NotFound, NotAllowed (a manager invites those who only answer), InvalidInput, WrongState
    (the partner left, the program does not know it, or this address has an open invitation), TooMany.
    """
    email = checked_address(email)
    if role not in (MemberRole.MANAGER, MemberRole.RESPONDER):
        sentence = _("Choose manager or responder. Ownership is handed over to somebody who is already a member.")
        raise InvalidInput.about("role", sentence)
    with transaction.atomic():
        policies.check_may_steer(user, partner, role)
        check_takes_part(partner)
        earlier = MemberInvitation.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is not None:
            if earlier.partner_id != partner.pk:
                raise NotFound(_("There is no such invitation among yours."))
            return earlier
        check_may_write(Partner.objects.get(pk=partner.pk))
        expire_overdue(partner)
        if _member_with(partner, email):
            sentence = _("This person is already a member.")
            raise InvalidInput.about("email", sentence)
        if _open(partner).count() >= MOST_OPEN:
            raise TooMany(_("So many invitations are open already. Withdraw some first."), code="invitations")
        try:
            with transaction.atomic():
                invitation, _created = create_once(
                    MemberInvitation,
                    request_key=request_key,
                    partner=partner,
                    role=role,
                    email=email,
                    address_digest=_address_digest(partner, email),
                    language=language_of_address(email) or known_language(language),
                    expires_at=_expiry(),
                    invited_by=user,
                )
        except IntegrityError:
            raise WrongState(
                _("This address has an open invitation already. You can send it again or withdraw it below."),
                code="already_invited",
            ) from None
        ledger.record(
            "member_invitation.sent",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
            role=role,
            private={"email": email},
        )
        _write(invitation, issue_link(kind=MEMBER, subject=invitation.public_id))
        return invitation


def send_again(*, invitation: MemberInvitation, user: User, actor: Actor) -> MemberInvitation:
    """Write once more, with a new link and a new term; the old link dies. Five letters at most.

    Raises NotFound, NotAllowed, WrongState (it is not open any more), TooMany.
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        _check_steers(user, invitation)
        check_takes_part(invitation.partner)
        if invitation.state != MemberInvitationState.OPEN:
            raise _over(invitation)
        check_may_write(invitation.partner)
        if invitation.letters >= MOST_LETTERS:
            raise TooMany(
                _("This letter was sent five times. Ask the person whether the address is right."), code="letters"
            )
        invitation.letters += 1
        invitation.expires_at = _expiry()
        invitation.save(update_fields=["letters", "expires_at"])
        ledger.record(
            "member_invitation.sent_again",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
            letters=invitation.letters,
        )
        _write(invitation, renew_link(kind=MEMBER, subject=invitation.public_id))
        return invitation


def withdraw_invitation(*, invitation: MemberInvitation, user: User, actor: Actor) -> MemberInvitation:
    """Take an offer back: its link opens nothing any more. Again, it changes nothing.

    Raises NotFound, NotAllowed, WrongState (it was accepted or declined).
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        _check_steers(user, invitation)
        if invitation.state == MemberInvitationState.WITHDRAWN:
            return invitation
        _close(invitation, MemberInvitationState.WITHDRAWN)
        ledger.record(
            "member_invitation.withdrawn",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
        )
        return invitation


def accept_invitation(*, invitation: MemberInvitation, user: User, actor: Actor) -> Membership:
    """The invited person becomes a member, and the partner the one whose pages open. Again, it changes nothing.

    The caller has seen the letter's link. Raises NotAllowed (`staff_account`, `other_address`), WrongState (over,
    expired, or the partner left).
    """
    with transaction.atomic():
        invitation = _locked(invitation)
        if invitation.state == MemberInvitationState.ACCEPTED and invitation.accepted_by_id == user.pk:
            return _of_acceptance(invitation, user)
        check_may_answer(invitation, user)
        check_takes_part(invitation.partner)
        _close(invitation, MemberInvitationState.ACCEPTED, by=user)
        membership = Membership.objects.filter(partner=invitation.partner, user=user, ended_at__isnull=True).first()
        if membership is not None:
            # A member by another way meanwhile, for instance under an address that was changed since.
            ledger.record(
                "member_invitation.accepted",
                Subject.of("member_invitation", invitation.public_id),
                actor,
                partner=str(invitation.partner.public_id),
                membership=str(membership.public_id),
            )
            return membership
        membership = Membership.objects.create(
            partner=invitation.partner, user=user, role=invitation.role, chosen_at=timezone.now()
        )
        ledger.record(
            "member_invitation.accepted",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
            membership=str(membership.public_id),
            role=invitation.role,
        )
        return membership


def decline_invitation(*, invitation: MemberInvitation, user: User, actor: Actor) -> MemberInvitation:
    """The invited person does not want to. Again, it changes nothing. Raises as `accept_invitation` does."""
    with transaction.atomic():
        invitation = _locked(invitation)
        if invitation.state == MemberInvitationState.DECLINED:
            return invitation
        check_may_answer(invitation, user)
        _close(invitation, MemberInvitationState.DECLINED)
        ledger.record(
            "member_invitation.declined",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
        )
        return invitation


def check_may_answer(invitation: MemberInvitation, user: User) -> None:
    """Raise WrongState unless the invitation can still be used, NotAllowed unless it was this person who was invited.

    A staff account is always told to use a second account: that says nothing about any address.
    """
    if invitation.state != MemberInvitationState.OPEN or invitation.expires_at <= timezone.now():
        raise _over(invitation)
    if user.is_staff or not user.is_active:
        raise NotAllowed(
            _(
                "A staff account cannot act for a partner. Ask for an invitation to a private address of yours,"
                " and sign up with that."
            ),
            code="staff_account",
        )
    if not proves_address(user, invitation.email):
        raise NotAllowed(
            _("This invitation went to another address than the one with which you are signed in."),
            code="other_address",
        )


def withdraw_beyond_rights(*, partner: Partner, person: User, actor: Actor) -> int:
    """Withdraw the open invitations that this person made and could not make any more; returns how many.

    For the services that end or lower a membership, in their transaction. No invitation outlives the right to send it.
    """
    theirs = _open(partner).filter(invited_by=person)
    beyond = [one for one in theirs if not policies.may_steer(person, partner, one.role)]
    return _withdraw(beyond, reason="inviter", actor=actor)


def withdraw_all(*, partner: Partner, actor: Actor) -> int:
    """Withdraw every open invitation of a partner that is erased, in its transaction; returns how many."""
    return _withdraw(list(_open(partner)), reason="partner_erased", actor=actor)


def _withdraw(invitations: list[MemberInvitation], *, reason: str, actor: Actor) -> int:
    for invitation in invitations:
        _close(invitation, MemberInvitationState.WITHDRAWN)
        ledger.record(
            "member_invitation.withdrawn",
            Subject.of("member_invitation", invitation.public_id),
            actor,
            partner=str(invitation.partner.public_id),
            reason=reason,
        )
    return len(invitations)


def expire_invitations(*, actor: Actor) -> int:
    """Close what nobody used in time and forget its addresses; returns how many. Repeats find nothing left."""
    overdue = MemberInvitation.objects.filter(state=MemberInvitationState.OPEN, expires_at__lte=timezone.now())
    expired = 0
    for pk in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            invitation = _locked(MemberInvitation.objects.get(pk=pk))
            if invitation.state != MemberInvitationState.OPEN or invitation.expires_at > timezone.now():
                continue
            _close(invitation, MemberInvitationState.EXPIRED)
            ledger.record(
                "member_invitation.expired",
                Subject.of("member_invitation", invitation.public_id),
                actor,
                partner=str(invitation.partner.public_id),
            )
            expired += 1
    return expired


def expire_overdue(partner: Partner) -> None:
    """The same for one partner, before a new invitation to the same address; inside a transaction."""
    for invitation in _open(partner).filter(expires_at__lte=timezone.now()):
        _close(invitation, MemberInvitationState.EXPIRED)
        ledger.record(
            "member_invitation.expired",
            Subject.of("member_invitation", invitation.public_id),
            Actor.system("portal"),
            partner=str(invitation.partner.public_id),
        )


def _locked(invitation: MemberInvitation) -> MemberInvitation:
    """The invitation as it is now, under its partner's lock: all acts on members of one partner follow each other."""
    locked(Partner.objects).get(pk=invitation.partner_id)
    return MemberInvitation.objects.select_related("partner", "invited_by").get(pk=invitation.pk)


def _write(invitation: MemberInvitation, link: Link) -> None:
    """Queue the letter, unless its reader wants none: nobody else learns that."""
    way_out = way_out_of_letter(email=invitation.email, partner=invitation.partner)
    if way_out is not None:
        tell_invited(invitation, link, way_out)


def _open(partner: Partner) -> QuerySet[MemberInvitation]:
    return MemberInvitation.objects.filter(partner=partner, state=MemberInvitationState.OPEN)


def _check_steers(user: User, invitation: MemberInvitation) -> None:
    policies.check_may_steer(user, invitation.partner, invitation.role)


def _close(invitation: MemberInvitation, state: MemberInvitationState, *, by: User | None = None) -> None:
    """The address is needed no more: a membership names its person, and what did not come about names nobody."""
    MEMBER_INVITATION_TRANSITIONS.check(invitation.state, state)
    invitation.state = state
    invitation.email = invitation.address_digest = ""
    invitation.closed_at = timezone.now()
    invitation.accepted_by = by
    invitation.save(update_fields=["state", "email", "address_digest", "closed_at", "accepted_by"])


def _over(invitation: MemberInvitation) -> WrongState:
    sentences = {
        MemberInvitationState.ACCEPTED: _("This invitation was used already. Nothing has changed."),
        MemberInvitationState.DECLINED: _("This invitation was declined. If you want to join after all, ask again."),
        MemberInvitationState.WITHDRAWN: _("This invitation was withdrawn."),
    }
    expired = _("This invitation has run out. Ask for a new one.")
    return WrongState(sentences.get(MemberInvitationState(invitation.state), expired), code=invitation.state)


def _of_acceptance(invitation: MemberInvitation, user: User) -> Membership:
    membership = Membership.objects.filter(partner=invitation.partner, user=user, ended_at__isnull=True).first()
    if membership is None:
        raise _over(invitation)
    return membership


def _member_with(partner: Partner, email: str) -> bool:
    rows = Membership.objects.filter(partner=partner, ended_at__isnull=True)
    return rows.filter(user__email=email).exists()


def checked_address(email: str) -> str:
    """The address as it signs in. Raises InvalidInput for what is none."""
    email = normalize_email(email if isinstance(email, str) else "")
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not email or len(email) > EMAIL_MAX:
        sentence = _("This is not an e-mail address. It looks like name@example.org.")
        raise InvalidInput.about("email", sentence)
    return email


def known_language(language: str) -> str:
    """One of the portal's languages."""
    return language if language in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def _address_digest(partner: Partner, email: str) -> str:
    value = f"{partner.public_id}:{email}"
    return salted_hmac("partners.member_invitation", value, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.MEMBER_INVITATION_DAYS)
