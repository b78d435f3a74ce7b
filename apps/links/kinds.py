"""The kinds of links. Each app above declares its own in `link_kinds.py`; nothing here knows what they open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from apps.core.addresses import address_of
from apps.core.errors import NotFound

if TYPE_CHECKING:
    from apps.links.models import Link


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of link: the page that it opens, the words of its landing page, and how long a browser remembers it.

    `admits` is asked with the subject after the secret was right: whether the subject's own state lets anybody in.
    `opens` is the act of opening, for a kind that opens once: it takes the link and returns the one to remember, of a
    generation that nobody was told. It raises WrongState for who comes second.
    `again` names the page of the subject that takes a POST and sends a new letter to the address on file; empty: none.
    `sign_in` names the page to sign in for instead; empty: the page itself.
    """

    name: str
    page: str
    title: Any
    lead: Any
    button: Any
    wrong: Any
    remembered: Callable[[], timedelta]
    admits: Callable[[UUID], bool] = lambda _subject: True
    sign_in: str | None = None
    opens: Callable[[Link], Link] = lambda link: link
    again: str = ""

    def path(self, subject: UUID) -> str:
        """The page's path: the public id stands in it and never a secret."""
        return address_of(self.page, subject)

    def address(self, subject: UUID) -> str:
        """The page's address in a letter, without the secret."""
        return f"{settings.SITE_URL.rstrip('/')}{self.path(subject)}"


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind, or the same one again when its module is loaded twice."""
    _KINDS[kind.name] = kind
    return kind


def kind_named(name: str) -> Kind:
    """The kind of this name. Raises NotFound."""
    if name not in _KINDS:
        autodiscover_modules("link_kinds")
    if name not in _KINDS:
        raise NotFound(_("This link does not open."))
    return _KINDS[name]
