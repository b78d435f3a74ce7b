"""Wrong guesses at a link: ten from one address in ten minutes, of links of every kind, then the answer is to wait.

The right secret is never refused: it is compared first, and only wrong ones are counted. A campus or a housing block
shares one address, and what one person there types must not keep another from answering. The limit protects no
secret, since a code has 60 bits and a token 256: at a thousand guesses a second a million open links would be safe
for a million years. It stops the noise, and it says what is wrong to somebody who types.
"""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.sources import network_address
from apps.accounts.tallies import Counter, Limit, take
from apps.core.errors import TooMany
from apps.findings.services import notice

WRONG_GUESSES = 10
WINDOW_SECONDS = 600
_LIMIT = Limit("link", WRONG_GUESSES, WINDOW_SECONDS)


def address_digest(request: HttpRequest) -> str:
    """The caller's address as limits count by it: the socket's, or what our own proxy says of it."""
    return hashlib.sha256(get_adapter(request).get_client_ip(request).encode()).hexdigest()[:32]


def count_wrong_guess(request: HttpRequest) -> None:
    """Count one wrong guess of this address. Raises TooMany for the eleventh in ten minutes and after."""
    taken = take(Counter(_LIMIT, network_address(request)))
    if taken.full:
        notice("links.guesses", facts={"wrong": WRONG_GUESSES, "minutes": WINDOW_SECONDS // 60})
    if not taken.passes:
        raise TooMany(_("Too many wrong tries. Wait ten minutes, or use the link in the mail."))
