"""Belonging to an association: its code, who joins with it and who ends it, and what an association may send.

The association's contact learns counts and nothing else: not who belongs, not whether a code was used, not who reads.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.addresses import language_of_address
from apps.accounts.models import User
from apps.core.errors import NotFound, TooMany, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link, revoke_link
from apps.partners import letters, policies
from apps.partners.link_kinds import BELONG
from apps.partners.models import Affiliation, AppealReader, JoinCode, Partner, PartnerKind
from apps.partners.selectors import association_of_code
from apps.partners.services.invitations import checked_address, known_language
from apps.partners.services.strangers import check_may_write, way_out_of_letter
from apps.partners.services.taking_part import check_takes_part

ENDINGS_PER_DAY = 10


def renew_join_code(*, association: Partner, user: User, actor: Actor) -> JoinCode:
    """A new code for the flyer; the old one opens nothing any more. Who belongs already stays.

    Raises NotFound for a person who does not lead the association.
    """
    with transaction.atomic():
        association = _led(association, user)
        for old in JoinCode.objects.filter(association=association, ended_at__isnull=True):
            old.ended_at = timezone.now()
            old.save(update_fields=["ended_at"])
            revoke_link(kind=BELONG, subject=old.public_id)
        row = JoinCode(association=association)
        row.code = issue_link(kind=BELONG, subject=row.public_id).code
        row.save()
        ledger.record("association.code_renewed", Subject.of("partner", association.public_id), actor)
        return row


def invite_to_association(*, association: Partner, email: str, language: str, user: User, actor: Actor) -> None:
    """Write the code to somebody. The address is kept nowhere; one letter a day and address.

    Raises NotFound, InvalidInput, WrongState (no code yet, or the program does not know the association), TooMany.
    """
    email = checked_address(email)
    with transaction.atomic():
        association = _led(association, user)
        code = JoinCode.objects.filter(association=association, ended_at__isnull=True).first()
        if code is None:
            raise WrongState(_("Make a code first."), code="no_code")
        check_may_write(association)
        way_out = way_out_of_letter(email=email, partner=association)
        if way_out is not None:
            language = language_of_address(email) or known_language(language)
            letters.tell_of_association(association, code, email, language, _day_key(email), way_out)
        ledger.record("association.invited", Subject.of("partner", association.public_id), actor)


def affiliate(*, partner: Partner, code: str, wants_appeals: bool, user: User, actor: Actor) -> Affiliation:
    """The partner says that it belongs to the association of this code. Saying it again changes nothing.

    `wants_appeals` is the person's own word about letters. Raises NotFound (a code that opens nothing, a partner that
    is not the person's), NotAllowed, WrongState (it left, or is an association itself).
    """
    with transaction.atomic():
        policies.check_can_manage(user, partner)
        check_takes_part(partner)
        association = association_of_code(code)
        if partner.kind == PartnerKind.ASSOCIATION:
            raise WrongState(_("An association does not belong to another one."), code="association")
        affiliation = Affiliation.objects.filter(
            partner=partner, association=association, ended_at__isnull=True
        ).first()
        if affiliation is None:
            affiliation = Affiliation.objects.create(partner=partner, association=association, began_at=timezone.now())
            ledger.record(
                "affiliation.began", Subject.of("affiliation", affiliation.public_id), actor, **_ends_of(affiliation)
            )
        _read(affiliation, user, wants=wants_appeals)
        return affiliation


def end_affiliation(*, affiliation: Affiliation, user: User, actor: Actor) -> Affiliation:
    """The partner no longer belongs. Ending it again changes nothing. Raises NotFound or NotAllowed."""
    with transaction.atomic():
        policies.check_can_manage(user, affiliation.partner)
        return _end(affiliation, actor, by="partner")


def end_affiliation_of(*, association: Partner, email: str, user: User, actor: Actor) -> None:
    """The association says that the member with this address no longer belongs.

    What the contact sees, and what is written to the address, is the same whether somebody belonged or not. Raises
    NotFound, InvalidInput, WrongState, TooMany.
    """
    email = checked_address(email)
    with transaction.atomic():
        association = _led(association, user)
        check_may_write(association)
        _check_limit(association, "association.belonging_ended", ENDINGS_PER_DAY)
        person = User.objects.filter(email=email).first()
        rows = Affiliation.objects.filter(association=association, ended_at__isnull=True)
        own = policies.partners_for(person, *policies.MANAGING_ROLES) if person else Partner.objects.none()
        for affiliation in rows.filter(partner__in=own).select_related("partner", "association").order_by("pk"):
            _end(affiliation, actor, by="association")
        way_out = way_out_of_letter(email=email, partner=association)
        if way_out is not None:
            language = language_of_address(email) or str(settings.LANGUAGE_CODE)
            letters.tell_of_ending(association, email, language, _day_key(email), way_out)
        ledger.record("association.belonging_ended", Subject.of("partner", association.public_id), actor)


def read_appeals(*, affiliation: Affiliation, wants: bool, user: User, actor: Actor) -> bool:
    """The person's own word about the letters that this association forwards; says whether anything changed.

    Raises NotFound for who does not act for the partner, WrongState if the affiliation has ended.
    """
    with transaction.atomic():
        if not policies.can_view_affiliation(user, affiliation):
            raise NotFound(_("There is no such association among yours."))
        affiliation = locked(Affiliation.objects).get(pk=affiliation.pk)
        if affiliation.ended_at is not None:
            raise WrongState(_("You no longer belong to this association."), code="ended")
        changed = _read(affiliation, user, wants=wants)
        if changed:
            action = "appeal_reader.began" if wants else "appeal_reader.ended"
            ledger.record(action, Subject.of("affiliation", affiliation.public_id), actor)
        return changed


def stop_appeals(*, reader: AppealReader) -> bool:
    """One tap in a letter: this person gets no more of them. Says whether anything changed."""
    with transaction.atomic():
        row = locked(AppealReader.objects).get(pk=reader.pk)
        if row.ended_at is not None:
            return False
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        affiliation = Affiliation.objects.get(pk=row.affiliation_id)
        actor = Actor(kind="letter", public_id=str(row.public_id))
        ledger.record("appeal_reader.ended", Subject.of("affiliation", affiliation.public_id), actor)
        return True


def check_leads(user: User, association: Partner) -> None:
    """Raise NotFound unless the person is a contact of this association, which takes part."""
    if not policies.leads_association(user, association):
        raise NotFound(_("There is no such association among yours."))


def _led(association: Partner, user: User) -> Partner:
    association = locked(Partner.objects).get(pk=association.pk)
    check_leads(user, association)
    return association


def _end(affiliation: Affiliation, actor: Actor, *, by: str) -> Affiliation:
    row = locked(Affiliation.objects).select_related("partner", "association")
    affiliation = row.get(pk=affiliation.pk)
    if affiliation.ended_at is not None:
        return affiliation
    affiliation.ended_at = timezone.now()
    affiliation.save(update_fields=["ended_at"])
    AppealReader.objects.filter(affiliation=affiliation, ended_at__isnull=True).update(ended_at=affiliation.ended_at)
    ledger.record(
        "affiliation.ended", Subject.of("affiliation", affiliation.public_id), actor, by=by, **_ends_of(affiliation)
    )
    return affiliation


def _read(affiliation: Affiliation, user: User, *, wants: bool) -> bool:
    """Set whether the person reads; says whether that is a change. The caller holds the partner or the row."""
    current = AppealReader.objects.filter(affiliation=affiliation, user=user, ended_at__isnull=True)
    if wants == current.exists():
        return False
    if wants:
        AppealReader.objects.create(affiliation=affiliation, user=user)
    else:
        current.update(ended_at=timezone.now())
    return True


def _check_limit(association: Partner, action: str, most: int) -> None:
    """The ledger counts: what was done is written there. The association's row is locked, so nobody overtakes."""
    since = timezone.now() - timedelta(days=1)
    done = Entry.objects.filter(
        action=action, subject_kind="partner", subject_id=str(association.public_id), recorded_at__gte=since
    ).count()
    if done >= most:
        raise TooMany(_("That is enough for one day. Please go on tomorrow."), code="per_day")


def _day_key(email: str) -> str:
    """One letter a day and address, without the address."""
    day = timezone.now().date().isoformat()
    return salted_hmac("partners.association_letter", f"{email}:{day}", algorithm="sha256").hexdigest()[:32]


def _ends_of(affiliation: Affiliation) -> dict[str, str]:
    return {"partner": str(affiliation.partner.public_id), "association": str(affiliation.association.public_id)}
