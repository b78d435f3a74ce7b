"""A process serves only the database that its settings are for: a practice portal's is for practice alone.

The check itself is the ledger's (`ledger.practice`); here is who asks for it: web processes and workers, the latter by
`config.celery`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.core.checks import CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.connections import let_go_of_connection
from apps.core.errors import Busy

TAG = "own_database"
NOT_YET = "ledger.E003"  # an empty database: `prepare_database` may go on
AGAIN_AFTER_S = 2.0
NO_ANSWER = (OperationalError, Busy)  # Busy: a reset holds what is asked for
logger = logging.getLogger(__name__)


def database_problems() -> list[CheckMessage]:
    """What speaks against this database. Raises OperationalError where it cannot be asked."""
    return run_checks(tags=[TAG], databases=[DEFAULT_DB_ALIAS])


def refuse_other_database() -> None:
    """Raise ImproperlyConfigured, in one sentence, if this database is not the one for these settings."""
    found = database_problems()
    if found:
        raise ImproperlyConfigured(found[0].msg)


def exit_on_other_database() -> None:
    """For workers, before their first task: wait until the database answers, and end if it is not theirs."""
    while True:
        try:
            refuse_other_database()
        except NO_ANSWER as error:
            logger.warning("The database does not answer yet (%s).", type(error).__name__)
            time.sleep(AGAIN_AFTER_S)
        except ImproperlyConfigured as refusal:
            raise SystemExit(str(refusal)) from refusal
        else:
            return
        finally:
            if not connection.in_atomic_block:
                connection.close()


class OwnDatabaseMiddleware:
    """A web process does not start on another database; where it cannot be asked at the start, no page is served
    before it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._is_ours = False
        try:
            self._ask()
        except NO_ANSWER as error:
            logger.warning("The database does not answer yet (%s).", type(error).__name__)
        finally:
            # This thread serves no request, and would keep one of the few that all others share.
            let_go_of_connection()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self._is_ours:
            self._ask()
        return self.get_response(request)

    def _ask(self) -> None:
        refuse_other_database()
        self._is_ours = True
