"""What apps below tell: a mail was taken by the mail server; somebody no longer acts for a partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.signals import email_changed
from django.dispatch import receiver
from django.utils import timezone

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.footage_requests.services.inviting import record_sent, renew_for_remaining, renew_where_returned
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.signals import address_tried, message_sent
from apps.partners.models import Membership, Partner, SharedInbox
from apps.partners.signals import member_left, member_limited, reader_ended


@receiver(message_sent, sender=Message, dispatch_uid="footage_requests.invitation_sent")
def on_message_sent(sender: type[Message], message: Message, **_: Any) -> None:
    """Runs in the transaction that records the mail as sent."""
    if message.kind != "footage_request.invitation":
        return
    public_id = UUID(message.dedupe_key.split(":")[1])
    record_sent(public_id=public_id, sent_at=message.sent_at or timezone.now(), actor=Actor.system("outbox"))


@receiver(member_left, sender=Membership, dispatch_uid="footage_requests.member_left")
def on_member_left(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """Runs in the transaction that ends the membership: letters that the person still has open nothing any more."""
    renew_for_remaining(partner=membership.partner, actor=actor)


@receiver(member_limited, sender=Membership, dispatch_uid="footage_requests.member_limited")
def on_member_limited(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """The same for who answers for some sites only from now on: a letter's link opens all that was asked."""
    renew_for_remaining(partner=membership.partner, actor=actor)


@receiver(address_tried, sender=User, dispatch_uid="footage_requests.address_tried")
def on_address_tried(sender: type[User], user: User, actor: Actor, **_: Any) -> None:
    """Runs in the transaction in which letters go to the person's address again."""
    renew_where_returned(user=user, actor=actor)


@receiver(email_changed, dispatch_uid="footage_requests.address_changed")
def on_address_changed(user: User, **_: Any) -> None:
    """Who entered another address gets what came back from the former one."""
    renew_where_returned(user=user, actor=actor_for(user))


@receiver(reader_ended, sender=SharedInbox, dispatch_uid="footage_requests.reader_ended")
def on_reader_ended(sender: type[SharedInbox], partner: Partner, actor: Actor, **_: Any) -> None:
    """The same for an address to which no more letters go."""
    renew_for_remaining(partner=partner, actor=actor)
