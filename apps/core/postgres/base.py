"""PostgreSQL with a limit to waiting: a lock that is not to be had in time, and a deadlock, are `Busy`.

The limit itself is `lock_timeout`, which the settings give to each connection. It holds for every wait for a row, also
for those that no `select_for_update` names: an UPDATE, a unique key, a foreign key checked at COMMIT.
"""

from __future__ import annotations

from django.db.backends.postgresql import base
from django.utils.functional import cached_property

from apps.core.lock_errors import LockErrors


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL back-end with our words for locks."""

    @cached_property
    def wrap_database_errors(self) -> LockErrors:
        return LockErrors(self)
