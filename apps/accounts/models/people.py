"""People who sign in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


def normalize_email(email: str) -> str:
    """The form in which an address signs in: trimmed and lower case throughout."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no superuser whose flag grants anything."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser):
    """One person. A staff account never holds a Membership: an officer with a camera has a second account.

    Rights come from `policies` alone: `is_staff` says how the person signs in, role grants say what they may do.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    badge = models.CharField(_("badge"), max_length=12, blank=True, help_text=_("Of staff, as their agency writes it."))
    language = models.CharField(_("language"), max_length=5, blank=True, help_text=_("Empty: the browser's."))
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("IANA name; empty: the agency's.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("Signs in to the admin, with a second factor.")
    )
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    closed_at = models.DateTimeField(
        _("closed at"), null=True, blank=True, help_text=_("UTC. The person closed the account.")
    )
    erase_at = models.DateTimeField(
        _("erased from"), null=True, blank=True, help_text=_("UTC. Until then the person can keep the account.")
    )
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, help_text=_("UTC. Nothing personal is left.")
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    # The admin asks `policies` through PortalAdminSite; these exist because Django's admin calls them.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
