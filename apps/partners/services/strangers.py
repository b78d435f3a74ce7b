"""Mail to strangers: who may have it sent, how much of it, and how its reader ends it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.core.errors import TooMany, WrongState
from apps.core.locks import locked
from apps.core.official import Claim, claim_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link
from apps.notifications.services import digest_of_address
from apps.partners.link_kinds import NO_MAIL
from apps.partners.models import Partner, PartnerKind, StoppedAddress, StrangerLetter, WayOut

DAY = timedelta(days=1)


def check_may_write(partner: Partner) -> None:
    """Raise WrongState (`not_known`) unless a person of the program knows this partner."""
    if partner.vouched_at is None:
        raise WrongState(
            _(
                "Nobody of the program knows you yet, so we send no letters in your name. You can write to others once "
                "a camera of yours is approved, or when the program's staff have confirmed your account."
            ),
            code="not_known",
        )


def way_out_of_letter(*, email: str, partner: Partner | None = None) -> WayOut | None:
    """Count one more letter to this address, for the service that has it sent; inside its transaction.

    None: the reader wants no such mail, and nothing is sent. What the caller shows is the same. The caller holds the
    partner's row. Raises TooMany where the partner, or all partners together for this address, had enough for a day.
    """
    digest = digest_of_address(email)
    today = StrangerLetter.objects.filter(created_at__gte=timezone.now() - DAY)
    if partner is not None:
        is_association = partner.kind == PartnerKind.ASSOCIATION
        most = settings.ASSOCIATION_LETTERS_PER_DAY if is_association else settings.PARTNER_LETTERS_PER_DAY
        to_one = today.filter(address_digest=digest, partner__isnull=False).count()
        if today.filter(partner=partner).count() >= most or to_one >= settings.LETTERS_PER_ADDRESS_PER_DAY:
            raise TooMany(_("That is enough for one day. Please go on tomorrow."), code="per_day")
    letter = StrangerLetter.objects.create(partner=partner, address_digest=digest)
    if is_stopped(email):
        return None
    link = issue_link(kind=NO_MAIL, subject=letter.public_id)
    return WayOut(page=link.address, one_click=NO_MAIL.address(letter.public_id))


def is_stopped(email: str) -> bool:
    """Whether the reader at this address wants no mail from strangers."""
    return StoppedAddress.objects.filter(address_digest=digest_of_address(email)).exists()


def letter_by_id(public_id: UUID) -> StrangerLetter | None:
    """The letter of this id, which stands in that letter alone."""
    return StrangerLetter.objects.filter(public_id=public_id).first()


def letter_is_stopped(letter: StrangerLetter) -> bool:
    """Whether its address gets no more mail."""
    return StoppedAddress.objects.filter(address_digest=letter.address_digest).exists()


def stop_mail(*, letter: StrangerLetter) -> bool:
    """One tap in a letter: nobody writes to its address as a stranger again. Says whether anything changed."""
    with transaction.atomic():
        _row, created = StoppedAddress.objects.get_or_create(address_digest=letter.address_digest)
        if created:
            actor = Actor(kind="letter", public_id=str(letter.public_id))
            ledger.record("stranger_letter.stopped", Subject.of("stranger_letter", letter.public_id), actor)
        return created


def vouch_after_approval(*, partner: Partner) -> None:
    """A person of the program approved a camera of this partner, whose row the caller holds.

    Not enough for a name that may be an agency's: about that somebody decides by itself.
    """
    if partner.vouched_at is None and claim_of(partner.name) == Claim.NOTHING:
        partner.vouched_at = timezone.now()
        partner.save(update_fields=["vouched_at"])


def vouch_for_partner(*, partner: Partner, user: User) -> Partner:
    """A program manager knows who this is, and that the name is theirs: from now on they may invite others.

    Again, it changes nothing. Raises NotAllowed for other people, WrongState if the partner has left.
    """
    with transaction.atomic():
        actor = acting_anywhere(user, Role.PROGRAM_MANAGER).actor
        partner = locked(Partner.objects).get(pk=partner.pk)
        if partner.left_at is not None:
            raise WrongState(_("This partner has left the program."), code="left")
        if partner.vouched_at is None:
            partner.vouched_at = timezone.now()
            partner.save(update_fields=["vouched_at"])
            ledger.record("partner.vouched", Subject.of("partner", partner.public_id), actor)
        return partner
