"""A request that reaches many cameras, by site; and which of them have the words that somebody typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.name_words import has_words, words_in
from apps.footage_requests.models import Match
from apps.footage_requests.states import Answer

# With more cameras than this the page of a request counts them by site and does not list them.
MANY = 12


@dataclass(frozen=True, slots=True)
class AskedSite:
    """One site of the partner in a request: its cameras, and what was answered for how many of them."""

    public_id: UUID
    name: str
    matches: list[Match]
    open: int
    answers: list[tuple[str, int]]


def asked_sites(matches: Iterable[Match]) -> list[AskedSite]:
    """The sites of these matches; those with a camera that nobody answered for come first, in the partner's order."""
    by_site: dict[int, list[Match]] = {}
    for match in matches:
        by_site.setdefault(match.camera.site_id, []).append(match)
    sites = [_site(of_site) for of_site in by_site.values()]
    return sorted(sites, key=lambda site: not site.open)


def _site(matches: list[Match]) -> AskedSite:
    said = Counter(match.answer for match in matches if match.answer)
    site = matches[0].camera.site
    return AskedSite(
        public_id=site.public_id,
        name=site.name or _("Place without a name"),
        matches=matches,
        open=len(unanswered(matches)),
        answers=[(str(Answer(answer).label), count) for answer, count in said.items()],
    )


def unanswered(matches: Iterable[Match]) -> list[Match]:
    """Those that nobody answered for yet."""
    return [match for match in matches if not match.answer]


def found_by(matches: Sequence[Match], typed: str) -> list[Match]:
    """Those whose camera's or site's name has each typed word as the beginning of one of its own."""
    wanted = words_in(typed)
    return [match for match in matches if has_words(wanted, match.camera.site.name, match.camera.name)]
