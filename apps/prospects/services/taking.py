"""Taking over cameras that a partner offers: the second of two yeses, and all that follows from it at once."""

from __future__ import annotations

from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import check_public_registration
from apps.cameras.models import Camera
from apps.cameras.services import add_site
from apps.cameras.services.passing_on import MAY_BE_PASSED_ON, pass_on_cameras
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.selectors import members_of
from apps.partners.services import check_takes_part, join_program
from apps.prospects.messages import tell_giver, tell_taker
from apps.prospects.models import CameraOffer, OfferedCamera
from apps.prospects.services.answering import Answer
from apps.prospects.services.offering import check_may_take, close_offer
from apps.prospects.states import OfferState
from apps.terms.selectors import has_accepted, outstanding_terms
from apps.terms.services import accept_documents


def take_cameras(
    *,
    offer: CameraOffer,
    user: User,
    answer: Answer,
    kind: str,
    site_name: str,
    attested: bool,
    actor: Actor,
) -> list[Camera]:
    """End the offered cameras with their old partner and begin them anew with the taker's; returns the new ones.

    One transaction: joining (for who has no partner yet, or names a new one), the terms as shown, the site, the
    cameras, one entry about the offer, and the letters to both. What was asked of the old cameras and given from them
    stays with the old partner, its open requests too. The same person again finds the first.

    Raises WrongState once the offer is over or no camera of it can be passed on, NotAllowed (`check_may_take`),
    InvalidInput, Stale if the terms changed, and what `join_program` raises.
    """
    with transaction.atomic():
        check_public_registration()
        # Both partners at once, in the order of their keys: two that pass cameras to each other do not wait in a ring.
        keys = {offer.partner_id} | ({answer.partner.pk} if answer.partner else set())
        list(locked(Partner.objects).filter(pk__in=keys).only("pk"))
        offer = CameraOffer.objects.select_related("partner", "site").get(pk=offer.pk)
        if offer.taken_by is not None and partner_policies.can_manage_partner(user, offer.taken_by):
            return [row.new for row in offer.cameras.select_related("new").order_by("pk") if row.new]
        check_may_take(offer, user)
        if not attested:
            sentence = _("Say that you may decide about these cameras now. Otherwise leave them.")
            raise InvalidInput.about("attested", sentence)
        pairs = _pairs(offer)
        partner = _partner_of(offer, user, answer, kind, actor)
        site = add_site(
            partner=partner,
            user=user,
            name=site_name,
            address=offer.site.address,
            request_key=uuid5(offer.public_id, "site"),
            actor=actor,
        )
        new = pass_on_cameras(cameras=[row.camera for row in pairs], site=site, offer=offer.public_id, actor=actor)
        for row, camera in zip(pairs, new, strict=True):
            row.new = camera
            row.save(update_fields=["new"])
        close_offer(offer, OfferState.TAKEN, taken_by=partner)
        ledger.record(
            "camera_offer.taken",
            Subject.of("camera_offer", offer.public_id),
            actor,
            partner=str(offer.partner.public_id),
            taken_by=str(partner.public_id),
            cameras=[
                [str(row.camera.public_id), str(camera.public_id)] for row, camera in zip(pairs, new, strict=True)
            ],
            attested=True,
        )
        giving = [row.user for row in members_of(offer.partner) if row.role in partner_policies.MANAGING_ROLES]
        tell_giver(offer, giving, [row.camera.name for row in pairs])
        tell_taker(offer, user, partner, [camera.name for camera in new])
        return new


def _partner_of(offer: CameraOffer, user: User, answer: Answer, kind: str, actor: Actor) -> Partner:
    """For whom the cameras are taken over; its terms are accepted."""
    if answer.partner is not None:
        if answer.partner.pk == offer.partner_id:
            raise InvalidInput.about("partner", _("These cameras are this partner's already. Choose another one."))
        partner_policies.check_can_manage(user, answer.partner)
        check_takes_part(answer.partner)
        partner = answer.partner
    else:
        partner = join_program(
            user=user,
            kind=kind,
            name=answer.name,
            agencies=answer.agencies,
            request_key=answer.request_key,
            actor=actor,
        )
    if outstanding_terms(partner):
        accept_documents(partner=partner, user=user, shown=answer.shown, actor=actor)
    if not has_accepted(partner):
        raise WrongState(_("Please read and accept the terms in force first."), code="terms_outstanding")
    return partner


def _pairs(offer: CameraOffer) -> list[OfferedCamera]:
    """The offer's rows whose cameras can still be passed on, with these locked in the order of their keys."""
    rows = {row.camera_id: row for row in offer.cameras.order_by("pk")}
    list(locked(Camera.objects).filter(pk__in=list(rows)).only("pk"))
    found = []
    for camera in Camera.objects.select_related("place", "catalog_entry").filter(pk__in=list(rows)).order_by("pk"):
        if camera.state in MAY_BE_PASSED_ON and not camera.reported:
            rows[camera.pk].camera = camera
            found.append(rows[camera.pk])
    if not found:
        raise WrongState(
            _("None of these cameras can be passed on now. Ask who offered them to you."), code="offer_over"
        )
    return found
