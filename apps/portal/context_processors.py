"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.portal.doors import memberships_of_page
from apps.portal.selectors.acting import acting_of


def portal(request: HttpRequest) -> dict[str, object]:
    """The city's configured names, and for which partner the page acts (asked for only where a page shows it)."""

    def acting() -> object:
        return acting_of(memberships_of_page(request), getattr(request, "acting_partner", None))

    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_city": settings.PORTAL_CITY,
        "portal_source": settings.PORTAL_SOURCE_URL,
        "acting": SimpleLazyObject(acting),
    }
