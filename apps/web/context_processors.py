"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.web import head
from apps.web.acting import acting_of


def portal(request: HttpRequest) -> dict[str, object]:
    """The city's configured names, for which partner the page acts, what terms are ahead, and how many requests wait.

    All but the names are asked for only where a page shows them.
    """

    def acting() -> object:
        return acting_of(head.memberships_of_page(request), getattr(request, "acting_partner", None))

    def terms_ahead() -> object:
        return head.terms_ahead(request, getattr(request, "acting_partner", None))

    return {
        "portal_name": settings.PORTAL_NAME,
        "portal_city": settings.PORTAL_CITY,
        "portal_source": settings.PORTAL_SOURCE_URL,
        "acting": SimpleLazyObject(acting),
        "terms_ahead": SimpleLazyObject(terms_ahead),
        "mail_trouble": SimpleLazyObject(lambda: head.mail_trouble(request)),
        "requests_waiting": lambda: head.requests_waiting(request),
        "requests_left": lambda: head.time_left(request),
        "overwritten_at": lambda: head.first_overwritten_of(request),
    }
