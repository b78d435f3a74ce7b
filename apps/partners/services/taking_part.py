"""Joining the program, and allowing agencies to ask."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import check_public_registration
from apps.agencies.models import Agency
from apps.core import official, text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.core.name_words import keep_words
from apps.core.once import create_once
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies
from apps.partners.models import Consent, MemberRole, Membership, Partner, PartnerKind, PartnerWord

NAME_MAX = 120


def join_program(
    *,
    user: User,
    kind: str,
    name: str,
    agencies: Iterable[Agency],
    request_key: UUID | None,
    actor: Actor,
    invited: bool = False,
) -> Partner:
    """Make the person the owner of a new partner, and let these agencies ask it. A repeated key finds the first.

    `invited` is for an owner whom an agency asked: that goes on while the public cannot register (NotAllowed).

    Raises NotAllowed for a staff account (an officer with a camera has a second account), InvalidInput for a kind or
    name that cannot be (an agency's, or one with a link), and for an agency that takes no part.
    """
    with transaction.atomic():
        if user.is_staff or not user.is_active:
            raise NotAllowed(
                _("A staff account cannot take part as a partner. Please sign up with a second account of your own."),
                code="staff_account",
            )
        if not invited:
            check_public_registration()
        if kind not in PartnerKind.values:
            sentence = _("Choose whether you are a resident, a business or an association.")
            raise InvalidInput.about("kind", sentence)
        name = official.checked(text.line(name, field="name", most=NAME_MAX), field="name")
        allowed = _active(agencies)
        partner, created = create_once(Partner, request_key=request_key, kind=kind, name=name)
        if not created:
            policies.check_can_manage(user, partner)
            return partner
        keep_words(PartnerWord, partner, name)
        Membership.objects.create(partner=partner, user=user, role=MemberRole.OWNER, chosen_at=timezone.now())
        Consent.objects.bulk_create(Consent(partner=partner, agency=agency) for agency in allowed)
        ledger.record(
            "partner.joined",
            Subject.of("partner", partner.public_id),
            actor,
            kind=kind,
            agencies=_ids(allowed),
            private={"name": name},
        )
        if official.claim_of(name) == official.Claim.PERHAPS:
            # It may be an honest name: a person decides, and until then no mail goes out under it.
            notice("partners.official_name", about=Subject.of("partner", partner.public_id), facts={"kind": kind})
        return partner


def set_consents(*, partner: Partner, user: User, agencies: Iterable[Agency], actor: Actor) -> list[Consent]:
    """From now on exactly these agencies may ask the partner. Returns the current consents.

    What an agency received before stays with it; it only cannot ask again. Raises NotFound or NotAllowed for people
    who do not run the account, WrongState if the partner left.
    """
    with transaction.atomic():
        partner = _locked(partner, user)
        wanted = _active(agencies)
        current = {consent.agency_id: consent for consent in _current(partner)}
        granted = [agency for agency in wanted if agency.pk not in current]
        withdrawn = [consent for key, consent in current.items() if key not in {agency.pk for agency in wanted}]
        if granted or withdrawn:
            Consent.objects.filter(pk__in=[consent.pk for consent in withdrawn]).update(withdrawn_at=timezone.now())
            Consent.objects.bulk_create(Consent(partner=partner, agency=agency) for agency in granted)
            ledger.record(
                "partner.consents_set",
                Subject.of("partner", partner.public_id),
                actor,
                granted=_ids(granted),
                withdrawn=_ids(consent.agency for consent in withdrawn),
                agencies=_ids(wanted),
            )
        return list(_current(partner))


def check_takes_part(partner: Partner) -> None:
    """Raise WrongState if the partner has left the program. Holds its row, so that it cannot leave halfway."""
    if locked(Partner.objects).get(pk=partner.pk).left_at is not None:
        raise WrongState(_("This partner has left the program."), code="left")


def _locked(partner: Partner, user: User) -> Partner:
    policies.check_can_manage(user, partner)
    check_takes_part(partner)
    return partner


def _current(partner: Partner) -> QuerySet[Consent]:
    return Consent.objects.filter(partner=partner, withdrawn_at__isnull=True).select_related("agency").order_by("pk")


def _active(agencies: Iterable[Agency]) -> list[Agency]:
    chosen = sorted(set(agencies), key=lambda agency: agency.pk)
    if not all(agency.is_active for agency in chosen):
        sentence = _("One of these agencies does not take part in the program.")
        raise InvalidInput.about("agencies", sentence)
    return chosen


def _ids(agencies: Iterable[Agency]) -> list[str]:
    return [str(agency.public_id) for agency in agencies]
