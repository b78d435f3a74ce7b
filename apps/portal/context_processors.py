"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """The city's configured names."""
    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_city": settings.PORTAL_CITY,
        "portal_source": settings.PORTAL_SOURCE_URL,
    }
