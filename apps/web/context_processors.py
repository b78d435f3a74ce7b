"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.terms.selectors import announced_documents, coming_terms_to_tell
from apps.web.acting import acting_of
from apps.web.decorators import memberships_of_page


def portal(request: HttpRequest) -> dict[str, object]:
    """The city's configured names, for which partner the page acts, and what terms are ahead of it.

    The last two are asked for only where a page shows them.
    """

    def acting() -> object:
        return acting_of(memberships_of_page(request), getattr(request, "acting_partner", None))

    def terms_ahead() -> object:
        # Announcements are rare: without one, nobody's partner is looked up.
        if not announced_documents():
            return []
        rows = [row.partner for row in memberships_of_page(request) if row.partner.left_at is None]
        partner = getattr(request, "acting_partner", None) or next(iter(rows), None)
        return coming_terms_to_tell(partner) if partner is not None else []

    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_city": settings.PORTAL_CITY,
        "portal_source": settings.PORTAL_SOURCE_URL,
        "acting": SimpleLazyObject(acting),
        "terms_ahead": SimpleLazyObject(terms_ahead),
    }
