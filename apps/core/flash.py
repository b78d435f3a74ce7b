"""The messages that a page shows once, in a cookie whose name ties it to this host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, under COOKIE_PREFIX."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class HostFallbackStorage(FallbackStorage):
    """The cookie first; what does not fit into it goes into the session."""

    storage_classes = (HostCookieStorage, SessionStorage)
