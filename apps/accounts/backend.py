"""Who may sign in by password: allauth's rule, and none of the staff whose account is shut."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.accounts.backends import PasswordBackend
from apps.accounts.models import User
from apps.accounts.session_store import person_question
from apps.accounts.staff_holds import is_shut
from apps.accounts.staff_sso import signs_in_elsewhere
from apps.core.reading import asked_once


class PortalBackend(PasswordBackend):
    """A shut staff account answers to the right password as to a wrong one, after the same work.

    Here and not later, because a try whose password was right is given back: the sixth would then tell who knows it.
    Django's own sessions of a shut account end through `get_user`.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        inactive = self.unstash_authenticated_user()
        found = user or inactive
        if isinstance(found, User) and found.is_staff and self._refuses(found):
            if request is not None:
                request.staff_refused = True  # type: ignore[attr-defined]
            return None
        if inactive is not None:
            self._stash_user(inactive)
        return user

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, whom a page that only reads has had from the session's own query."""
        person: User | None = asked_once(person_question(int(user_id)), lambda: PasswordBackend.get_user(self, user_id))
        return person if person is not None and self.user_can_authenticate(person) else None

    @staticmethod
    def _refuses(user: User) -> bool:
        return is_shut(user) or signs_in_elsewhere(user)
