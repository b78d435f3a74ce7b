"""Offering cameras to who moves in: offer, withdraw, decline, let expire. Taking them over is in `taking`.

An offer has no lock of its own: every act on it holds the row of the partner that made it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.addresses import language_of_address, proves_address
from apps.accounts.models import User
from apps.cameras.models import Camera, Site
from apps.cameras.services.passing_on import MAY_BE_PASSED_ON
from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link, revoke_link
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_may_write, check_takes_part, way_out_of_letter
from apps.partners.services.invitations import checked_address, known_language
from apps.prospects.link_kinds import OFFER
from apps.prospects.messages import offer_by_letter
from apps.prospects.models import CameraOffer, OfferedCamera
from apps.prospects.states import OFFER_TRANSITIONS, OfferState

MOST_OPEN = 50


def passable_cameras(site: Site) -> QuerySet[Camera]:
    """The cameras of the site that may be offered now: none under review, and none that is offered already."""
    offered = OfferedCamera.objects.filter(offer__state=OfferState.OPEN, offer__expires_at__gt=timezone.now())
    rows = Camera.objects.filter(site=site, state__in=MAY_BE_PASSED_ON, reported="")
    return rows.exclude(pk__in=offered.values("camera")).order_by("pk")


def offer_cameras(
    *,
    site: Site,
    cameras: Sequence[UUID],
    email: str,
    language: str,
    user: User,
    request_key: UUID | None,
    actor: Actor,
) -> CameraOffer:
    """Offer these cameras of a site to who has the link. With an address they get a letter, and only they may say yes.

    A repeated key finds the first. Raises NotFound or NotAllowed for people who do not run the account, InvalidInput
    for no camera, one that cannot be passed on now or no address, WrongState if the partner left or, where a letter is
    wanted, the program does not know it, TooMany.
    """
    email = checked_address(email) if email else ""
    with transaction.atomic():
        partner = site.partner
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        earlier = CameraOffer.objects.filter(request_key=request_key).first() if request_key else None
        if earlier is not None:
            if earlier.partner_id != partner.pk:
                raise NotFound(_("There is no such offer among yours."))
            return earlier
        if email:
            check_may_write(Partner.objects.get(pk=partner.pk))
        if CameraOffer.objects.filter(partner=partner, state=OfferState.OPEN).count() >= MOST_OPEN:
            raise TooMany(_("So many offers are open already. Withdraw some first."), code="offers")
        chosen = list(passable_cameras(site).filter(public_id__in=list(cameras)))
        if not chosen or len(chosen) != len(set(cameras)):
            raise InvalidInput.about("cameras", _("Choose at least one of the cameras that are listed."))
        offer, _created = create_once(
            CameraOffer,
            request_key=request_key,
            partner=partner,
            site=site,
            email=email,
            language=(language_of_address(email) if email else "") or known_language(language),
            expires_at=timezone.now() + timedelta(days=settings.CAMERA_OFFER_DAYS),
            offered_by=user,
        )
        OfferedCamera.objects.bulk_create(OfferedCamera(offer=offer, camera=camera) for camera in chosen)
        _record("made", offer, actor, cameras=[str(one.public_id) for one in chosen], private={"email": email})
        link = issue_link(kind=OFFER, subject=offer.public_id, expires_at=offer.expires_at)
        if email:
            way_out = way_out_of_letter(email=email, partner=partner)
            if way_out is not None:
                offer_by_letter(offer, link, way_out)
        return offer


def withdraw_offer(*, offer: CameraOffer, user: User, actor: Actor) -> CameraOffer:
    """Take an offer back: its link opens nothing any more. Again, it changes nothing.

    Raises NotFound, NotAllowed, WrongState (it was answered or has run out).
    """
    with transaction.atomic():
        offer = locked_offer(offer)
        partner_policies.check_can_manage(user, offer.partner)
        if offer.state == OfferState.WITHDRAWN:
            return offer
        check_open(offer)
        close_offer(offer, OfferState.WITHDRAWN)
        _record("withdrawn", offer, actor)
        return offer


def decline_offer(*, offer: CameraOffer, user: User, actor: Actor) -> CameraOffer:
    """Who was offered the cameras does not want them. Again, it changes nothing.

    The caller has seen that this person opened the link. Raises WrongState, NotAllowed.
    """
    with transaction.atomic():
        offer = locked_offer(offer)
        if offer.state == OfferState.DECLINED:
            return offer
        check_may_take(offer, user)
        close_offer(offer, OfferState.DECLINED)
        _record("declined", offer, actor)
        return offer


def expire_offers(*, actor: Actor) -> int:
    """Close what nobody answered in time and forget its addresses; returns how many. Repeats find nothing left."""
    overdue = CameraOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=timezone.now())
    expired = 0
    for pk in list(overdue.order_by("pk").values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            offer = locked_offer(CameraOffer.objects.get(pk=pk))
            if offer.state != OfferState.OPEN:
                continue
            close_offer(offer, OfferState.EXPIRED)
            _record("expired", offer, actor)
            expired += 1
    return expired


def withdraw_offers(*, partner: Partner, actor: Actor, of: User | None = None) -> int:
    """Withdraw the open offers of a partner, or those that one person made for it who may not any more.

    For an act that holds the partner's row, or the erasing of an account; returns how many.
    """
    with transaction.atomic():
        locked(Partner.objects).get(pk=partner.pk)
        rows = CameraOffer.objects.filter(partner=partner, state=OfferState.OPEN)
        found = list((rows.filter(offered_by=of) if of else rows).order_by("pk"))
        for offer in found:
            close_offer(offer, OfferState.WITHDRAWN)
            _record("withdrawn", offer, actor, reason="right_ended" if of else "partner_erased")
        return len(found)


def withdraw_offers_to(*, addresses: Collection[str], actor: Actor) -> int:
    """Withdraw what is offered to the reader of these addresses, whose account is erased; returns how many."""
    rows = CameraOffer.objects.filter(state=OfferState.OPEN).exclude(email="").select_related("partner")
    theirs = [offer for offer in rows.order_by("pk") if offer.email in addresses]
    for found in theirs:
        with transaction.atomic():
            offer = locked_offer(found)
            if offer.state == OfferState.OPEN:
                close_offer(offer, OfferState.WITHDRAWN)
                _record("withdrawn", offer, actor, reason="address_erased")
                _erase_private(CameraOffer.objects.filter(pk=offer.pk), actor)
    return len(theirs)


def erase_offers(*, partner: Partner, actor: Actor) -> None:
    """Withdraw what a partner that is erased still offers, and erase the addresses it typed from the ledger."""
    withdraw_offers(partner=partner, actor=actor)
    with transaction.atomic():
        _erase_private(CameraOffer.objects.filter(partner=partner), actor)


def _erase_private(offers: QuerySet[CameraOffer], actor: Actor) -> None:
    ids = [str(one) for one in offers.values_list("public_id", flat=True)]
    entries = Entry.objects.filter(subject_kind="camera_offer", subject_id__in=ids)
    ledger.erase_private_parts(entries=entries, reason="account_erased", actor=actor)


def locked_offer(offer: CameraOffer) -> CameraOffer:
    """The offer as it is now, under the lock of the partner that made it."""
    locked(Partner.objects).get(pk=offer.partner_id)
    return CameraOffer.objects.select_related("partner", "site").get(pk=offer.pk)


def check_open(offer: CameraOffer) -> None:
    """Raise WrongState unless the offer can still be answered."""
    if offer.state == OfferState.OPEN and offer.expires_at > timezone.now() and offer.partner.left_at is None:
        return
    sentences = {
        OfferState.TAKEN: _("These cameras were taken over already. Nothing has changed."),
        OfferState.DECLINED: _("This offer was declined. If you want the cameras after all, ask for a new one."),
        OfferState.WITHDRAWN: _("This offer was withdrawn. You can still register the cameras yourself."),
    }
    ran_out = _("This offer has run out. Ask for a new one, or register the cameras yourself.")
    raise WrongState(sentences.get(OfferState(offer.state), ran_out), code="offer_over")


def check_may_take(offer: CameraOffer, user: User) -> None:
    """Raise WrongState once the offer is over, NotAllowed for staff and for another than the person it is made to."""
    check_open(offer)
    if not partner_policies.is_registrant(user):
        raise NotAllowed(
            _("A staff account cannot hold cameras. Sign in with a private account of yours."), code="staff_account"
        )
    if offer.email and not proves_address(user, offer.email):
        raise NotAllowed(
            _("This offer went to another address than the one with which you are signed in."), code="other_address"
        )


def close_offer(offer: CameraOffer, state: OfferState, *, taken_by: Partner | None = None) -> None:
    """End a locked offer and its link. The address is needed no more."""
    OFFER_TRANSITIONS.check(offer.state, state)
    offer.state = state
    offer.email = ""
    offer.closed_at = timezone.now()
    offer.taken_by = taken_by
    offer.save(update_fields=["state", "email", "closed_at", "taken_by"])
    revoke_link(kind=OFFER, subject=offer.public_id)


def _record(verb: str, offer: CameraOffer, actor: Actor, **facts: object) -> None:
    subject = Subject.of("camera_offer", offer.public_id)
    ledger.record(f"camera_offer.{verb}", subject, actor, partner=str(offer.partner.public_id), **facts)
