"""A change of the privacy terms is announced, so that the comparison can be seen, and a shop has chosen its limits."""

from __future__ import annotations

from datetime import time, timedelta

from apps.accounts.actors import actor_for
from apps.demo import people
from apps.demo.city import TIME_ZONE
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import person, staff
from apps.partners.models import ContactTier
from apps.partners.selectors import partners_of
from apps.partners.services import ContactWish, set_contact_rules
from apps.terms.digests import digest_of
from apps.terms.services import accept_documents, change_draft, draft_terms, publish_draft, tell_about_terms
from apps.terms.services.accepting import Shown
from apps.terms.states import TermsKind

_PUBLISHED, _HOLDS = -5, 26
_CHANGES = {
    "en": (
        (
            "You may say no to any request, without giving a reason.",
            "You may say no to any request, at any time, without giving any reason.",
        ),
        (
            "You can see in the portal what happened to your video.",
            "You can see in the portal what happened to your video, and you get an e-mail when it is shared with "
            "another agency.",
        ),
    ),
    "es": (
        (
            "Puede decir que no a cualquier solicitud, sin dar un motivo.",
            "Puede decir que no a cualquier solicitud, en cualquier momento, sin dar ningún motivo.",
        ),
        (
            "Usted puede ver en el portal qué pasó con su video.",
            "Usted puede ver en el portal qué pasó con su video, y recibe un correo electrónico cuando se comparte con "
            "otra agencia.",
        ),
    ),
}


def announce_new_terms(calendar: Calendar) -> None:
    """A material change was published some days ago and takes effect in some weeks; one partner accepted it early."""
    manager = staff("manager@tpd.example")
    with as_of(calendar.at(_PUBLISHED, 10)):
        draft = draft_terms(kind=TermsKind.PRIVACY, user=manager, request_key=None)
        texts = dict(draft.text)
        for code, changes in _CHANGES.items():
            for old, new in changes:
                texts[code] = texts[code].replace(old, new)
        draft = change_draft(version=draft, read=draft.version, summary={}, full_text=texts, user=manager)
        version = publish_draft(
            version=draft,
            read=draft.version,
            material=True,
            effective_on=calendar.anchor + timedelta(days=_HOLDS),
            user=manager,
        )
        tell_about_terms()
    with as_of(calendar.at(_PUBLISHED + 1, 19)):
        owner = person(*people.ASSOCIATION)
        shown = Shown(version.public_id, "en", digest_of(version.text["en"]))
        accept_documents(partner=partners_of(owner)[0], user=owner, shown=[shown], actor=actor_for(owner))


def choose_limits(calendar: Calendar) -> None:
    """The shop may be called in its opening hours, and is asked eight times a month at most."""
    with as_of(calendar.at(_PUBLISHED, 18)):
        owner = person(*people.BUSINESS)
        wish = ContactWish(
            tier=ContactTier.PHONE,
            phone="850-555-0142",
            opens_at=time(7),
            closes_at=time(22),
            time_zone=TIME_ZONE,
            most_requests=8,
        )
        set_contact_rules(partner=partners_of(owner)[0], user=owner, wish=wish, version=0, actor=actor_for(owner))
