"""What a browser's session holds, and whose it is."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.people import User

if TYPE_CHECKING:
    Manager = BaseSessionManager["Session"]
else:
    Manager = BaseSessionManager


class _WithPerson(Manager):
    def get_queryset(self) -> models.QuerySet[Session]:
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """Signed data of one browser; `user` is empty until somebody signs in."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )

    objects: ClassVar[_WithPerson] = _WithPerson()

    class Meta(AbstractBaseSession.Meta):
        """Django's names."""

    def __str__(self) -> str:
        return "session"  # the key of a row is a secret

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore
