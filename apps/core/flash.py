"""The messages that a page shows once, in a cookie whose name ties it to this host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, under COOKIE_PREFIX."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """Read when it is needed: settings may be others than at the import."""
        return f"{settings.COOKIE_PREFIX}messages"


class HostFallbackStorage(FallbackStorage):
    """The cookie first; what does not fit into it goes into the session."""

    storage_classes = (HostCookieStorage, SessionStorage)
