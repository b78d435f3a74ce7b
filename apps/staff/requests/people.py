"""Who works on a request's pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotFound


def staff_of(request: HttpRequest) -> User:
    """The signed-in person. Raises NotFound for nobody."""
    if not isinstance(request.user, User):
        raise NotFound(_("There is nothing here."))
    return request.user
