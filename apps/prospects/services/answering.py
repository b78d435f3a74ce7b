"""Owners answer: they take over what was entered for them, or have it erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.accounts.services import open_account
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails
from apps.cameras.models import Site
from apps.cameras.selectors import site_key, sites_of
from apps.cameras.services import add_site, register_camera
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.selectors import members_of
from apps.partners.services import join_program
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from apps.prospects.services.erasing import blank, erase
from apps.prospects.states import OPEN_OWNERS, OWNER_TRANSITIONS, OwnerState
from apps.terms.selectors import has_accepted, outstanding_terms
from apps.terms.services import accept_documents
from apps.terms.services.accepting import Shown


def remove_me(*, invitation: OwnerInvitation, actor: Actor) -> OwnerInvitation:
    """The owner says no: everything is erased but the digest of the address, so that the no is kept. Twice is once.

    Raises WrongState after they took it over: then the account's own page is the way out.
    """
    with transaction.atomic():
        invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
        if invitation.state == OwnerState.REMOVED:
            return invitation
        if invitation.state not in OPEN_OWNERS:
            raise WrongState(_("This invitation has been answered. Sign in to see what is recorded about you."))
        erase(invitation, OwnerState.REMOVED)
        ledger.record("owner.removed", Subject.of("owner_invitation", invitation.public_id), actor)
        return invitation


def claim_invitation(
    *,
    invitation: OwnerInvitation,
    user: User,
    partner: Partner | None,
    agencies: Iterable[Agency],
    name: str,
    request_key: UUID,
    actor: Actor,
) -> Partner:
    """The owner, signed in with the invited address, takes over what was entered, for a partner of theirs or a new one.

    Nothing is registered yet: that takes the terms, and `register_claimed` after them. Claiming again finds the same
    partner. Raises NotFound for another person, WrongState once it is over, and what `join_program` raises.
    """
    with transaction.atomic():
        invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
        if invitation.state == OwnerState.CLAIMED and invitation.partner is not None:
            partner_policies.check_can_manage(user, invitation.partner)
            return invitation.partner
        if invitation.state not in OPEN_OWNERS:
            raise WrongState(_("This invitation is over. Nothing from it is recorded now."))
        if user.email != invitation.email:
            raise NotFound(_("This invitation is for another person."))
        if partner is not None:
            partner_policies.check_can_manage(user, partner)
        else:
            partner = join_program(
                user=user,
                kind=invitation.kind,
                name=name,
                agencies=agencies,
                request_key=request_key,
                actor=actor,
                invited=True,
            )
        OWNER_TRANSITIONS.check(invitation.state, OwnerState.CLAIMED)
        invitation.state = OwnerState.CLAIMED
        invitation.answered_at = timezone.now()
        invitation.partner = partner
        blank(invitation)
        ledger.record(
            "owner.claimed", Subject.of("owner_invitation", invitation.public_id), actor, partner=str(partner.public_id)
        )
        return partner


@dataclass(frozen=True, slots=True)
class Answer:
    """An owner's yes: for a partner of theirs or a new one of this name, who may ask, and the terms as shown."""

    partner: Partner | None
    name: str
    agencies: Sequence[Agency]
    shown: Sequence[Shown]
    request_key: UUID
    language: str


def take_over(*, invitation: OwnerInvitation, user: User | None, answer: Answer) -> tuple[User, Partner, bool]:
    """Claim, accept and register in one transaction: all of it or nothing. Says whether the account is new.

    `user` is who is signed in; None is the holder of the link, whose mailbox the link has proved, and who gets an
    account. Raises NotAllowed if that address has an account (then its person signs in), Stale if the terms changed,
    and as `claim_invitation` does.
    """
    with transaction.atomic():
        fresh = user is None
        if user is None:
            invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
            if invitation.state not in OPEN_OWNERS:
                raise WrongState(_("This invitation is over. Nothing from it is recorded now."))
            user, created = open_account(email=invitation.email, language=answer.language)
            if not created:
                raise NotAllowed(
                    _("There is an account with this address. Please sign in to it first."), code="sign_in"
                )
        actor = actor_for(user, role="registrant")
        partner = claim_invitation(
            invitation=invitation,
            user=user,
            partner=answer.partner,
            agencies=answer.agencies,
            name=answer.name,
            request_key=answer.request_key,
            actor=actor,
        )
        if outstanding_terms(partner):
            accept_documents(partner=partner, user=user, shown=answer.shown, actor=actor)
        if has_accepted(partner):
            register_claimed(invitation=invitation, user=user, actor=actor)
        return user, partner, fresh


def register_claimed(*, invitation: OwnerInvitation, user: User, actor: Actor) -> int:
    """Register what was entered, as the owner's own act, once the terms are accepted; returns how many cameras.

    Registering again adds nothing. Raises WrongState while terms are outstanding, and what the cameras' services raise.
    """
    with transaction.atomic():
        invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
        partner = invitation.partner
        if invitation.state != OwnerState.CLAIMED or partner is None:
            raise WrongState(_("This invitation is not taken over yet."))
        sites = {site_key(site.name): site for site in sites_of(partner)}
        registered = 0
        for camera in list(invitation.cameras.exclude(details="").order_by("pk")):
            _register(camera, partner, sites, user, actor)
            registered += 1
        return registered


def _register(camera: PreRegisteredCamera, partner: Partner, sites: dict[str, Site], user: User, actor: Actor) -> None:
    stored = json.loads(camera.details)
    name = stored["site"] or stored["address"][:80] or _("Home")
    if site_key(name) not in sites:
        sites[site_key(name)] = add_site(
            partner=partner,
            user=user,
            name=name,
            address=stored["address"],
            request_key=uuid5(camera.public_id, "site"),
            actor=actor,
        )
    camera.camera = register_camera(
        site=sites[site_key(name)],
        details=CameraDetails.checked(**stored["stated"]),
        request_key=uuid5(camera.public_id, "camera"),
        user=user,
        actor=actor,
        tell=False,
        begun=True,
    )
    camera.details = ""
    camera.save(update_fields=["camera", "details"])


def finish_claimed() -> int:
    """Register what was taken over by people who have accepted the terms since; returns how many invitations."""
    waiting = PreRegisteredCamera.objects.exclude(details="").filter(invitation__state=OwnerState.CLAIMED)
    finished = 0
    for pk in list(waiting.values_list("invitation_id", flat=True).distinct()[:200]):
        invitation = OwnerInvitation.objects.select_related("partner").get(pk=pk)
        partner = invitation.partner
        if partner is None or partner.left_at is not None or not has_accepted(partner):
            continue
        owner = _owner_of(partner)
        if owner is not None:
            register_claimed(invitation=invitation, user=owner, actor=actor_for(owner, role="registrant"))
            finished += 1
    return finished


def _owner_of(partner: Partner) -> User | None:
    managing = [one.user for one in members_of(partner) if one.role in partner_policies.MANAGING_ROLES]
    return managing[0] if managing else None
