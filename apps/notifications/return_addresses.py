"""Where a letter comes back to: an address with a token that finds the letter, and that nobody can invent."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.notifications.models import Message

_SIGNATURE = 8  # bytes; a guess costs a mail
_TOKEN = re.compile(r"\+([a-z2-7]{39})@", re.IGNORECASE)  # mail servers may change the case


def token_of(message: Message) -> str:
    """What stands in the addresses of this letter."""
    return _token(message.public_id)


def return_address(message: Message) -> str:
    """Where bounces of and answers to this letter go; empty where the portal has no such mailbox."""
    name, at, domain = settings.MAIL_RETURN_ADDRESS.partition("@")
    return f"{name}+{token_of(message)}@{domain}" if at else ""


def message_of_token(token: str) -> Message | None:
    """The letter of a token; None for one that we did not make."""
    try:
        raw = base64.b32decode(token.upper() + "=")
        public_id = UUID(bytes=raw[:16])
    except ValueError:
        return None
    if not constant_time_compare(_token(public_id), token.lower()):
        return None
    return Message.objects.filter(public_id=public_id).first()


def message_of_addresses(addresses: Iterable[str]) -> Message | None:
    """The letter that one of these addresses names."""
    for address in addresses:
        for token in _TOKEN.findall(address):
            if (message := message_of_token(token)) is not None:
                return message
    return None


def _token(public_id: UUID) -> str:
    signed = salted_hmac("notifications.return", str(public_id), secret=settings.DIGEST_KEY, algorithm="sha256")
    return base64.b32encode(public_id.bytes + signed.digest()[:_SIGNATURE]).decode("ascii").rstrip("=").lower()
