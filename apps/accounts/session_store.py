"""Sessions in the database that know whose they are: a page reads a session and its person in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from apps.core.prepared import Given, PreparedQuery
from apps.core.reading import keep_answer


def person_question(user_id: int) -> tuple[str, int]:
    """What the memory of a page calls the person of a session."""
    return ("person", user_id)


def _session() -> Any:
    from apps.accounts.models import Session

    return Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    ).select_related("user")


_SESSION: PreparedQuery[Any] = PreparedQuery(_session)


class SessionStore(DatabaseSessions):
    """Django's own, with the person beside the data. Who is signed in is what the signed data say, as ever."""

    @classmethod
    def get_model_class(cls) -> Any:
        from apps.accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        made: Any = super().create_model_instance(data)
        made.user_id = data.get(SESSION_KEY)
        return made

    def load(self) -> dict[str, Any]:
        row = next(iter(_SESSION.given(key=self.session_key, now=timezone.now())), None)
        if row is None:
            self._session_key = None
            return {}
        if row.user is not None:
            keep_answer(person_question(row.user_id), row.user)
        found: dict[str, Any] = self.decode(row.session_data)
        return found
