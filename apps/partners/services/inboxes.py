"""Shared inboxes: a manager names an address, somebody there says yes, and it gets the partner's letters."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link, renew_link, revoke_link
from apps.notifications.services import digest_of_address
from apps.partners import policies
from apps.partners.link_kinds import INBOX
from apps.partners.messages import tell_inbox
from apps.partners.models import Partner, SharedInbox
from apps.partners.services.invitations import checked_address, known_language
from apps.partners.services.strangers import check_may_write, way_out_of_letter
from apps.partners.services.taking_part import check_takes_part
from apps.partners.signals import reader_ended

MOST = 3


def add_inbox(*, partner: Partner, email: str, language: str, user: User, actor: Actor) -> SharedInbox:
    """Ask at an address whether the partner's letters may go there too; until somebody says yes, nothing does.

    The same address again finds the first, and asks once more if nobody answered. Raises NotFound, NotAllowed,
    InvalidInput, WrongState (the program does not know the partner, or it left), TooMany.
    """
    email = checked_address(email)
    with transaction.atomic():
        policies.check_can_manage(user, partner)
        check_takes_part(partner)
        check_may_write(Partner.objects.get(pk=partner.pk))
        digest = digest_of_address(email)
        current = SharedInbox.objects.filter(partner=partner, ended_at__isnull=True)
        inbox = current.select_related("partner").filter(address_digest=digest).first()
        if inbox is not None and inbox.verified_at is not None:
            return inbox
        if inbox is not None:
            link = renew_link(kind=INBOX, subject=inbox.public_id)
        else:
            if current.count() >= MOST:
                sentence = _("Three addresses are enough. Remove one first.")
                raise InvalidInput.about("email", sentence)
            inbox = SharedInbox.objects.create(
                partner=partner, email=email, address_digest=digest, language=known_language(language)
            )
            link = issue_link(kind=INBOX, subject=inbox.public_id)
        entry = ledger.record(
            "shared_inbox.asked", _subject(inbox), actor, partner=str(partner.public_id), private={"email": email}
        )
        way_out = way_out_of_letter(email=email, partner=inbox.partner)
        if way_out is not None:
            tell_inbox(inbox, link, way_out, once=str(entry.public_id))
        return inbox


def confirm_inbox(*, inbox: SharedInbox) -> SharedInbox:
    """Somebody who reads mail to the address said yes; the caller has seen the letter's link. Again, nothing changes.

    Raises WrongState once it was removed.
    """
    with transaction.atomic():
        inbox = _locked(inbox)
        if inbox.ended_at is not None or inbox.partner.left_at is not None:
            raise WrongState(_("This address was removed. Nothing goes to it."), code="ended")
        if inbox.verified_at is None:
            inbox.verified_at = timezone.now()
            inbox.save(update_fields=["verified_at"])
            ledger.record("shared_inbox.confirmed", _subject(inbox), _reader(inbox), partner=_partner(inbox))
        return inbox


def remove_inbox(*, inbox: SharedInbox, user: User | None = None, actor: Actor | None = None) -> SharedInbox:
    """Nothing goes to the address any more, and links that went there open nothing. Again, it changes nothing.

    By a manager, or without `user` by whoever holds the letter's link. Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        inbox = _locked(inbox)
        if user is not None:
            policies.check_can_manage(user, inbox.partner)
        if inbox.ended_at is not None:
            return inbox
        was_read = inbox.verified_at is not None
        inbox.email, inbox.ended_at = "", timezone.now()
        inbox.save(update_fields=["email", "ended_at"])
        revoke_link(kind=INBOX, subject=inbox.public_id)
        actor = actor or _reader(inbox)
        ledger.record("shared_inbox.removed", _subject(inbox), actor, partner=_partner(inbox))
        if was_read:
            reader_ended.send(sender=SharedInbox, partner=inbox.partner, actor=actor)
        return inbox


def get_inbox_for(user: User, public_id: UUID) -> SharedInbox:
    """One of the present inboxes of a partner that the person runs. Raises NotFound."""
    rows = policies.viewable_inboxes(user).select_related("partner")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such address among yours."))
    return found


def _locked(inbox: SharedInbox) -> SharedInbox:
    locked(Partner.objects).get(pk=inbox.partner_id)
    return SharedInbox.objects.select_related("partner").get(pk=inbox.pk)


def _subject(inbox: SharedInbox) -> Subject:
    return Subject.of("shared_inbox", inbox.public_id)


def _reader(inbox: SharedInbox) -> Actor:
    return Actor(kind="letter", public_id=str(inbox.public_id))


def _partner(inbox: SharedInbox) -> str:
    return str(inbox.partner.public_id)
