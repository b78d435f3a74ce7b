"""Which version of an object is the one that was read back: recorded once, and then read whatever comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core.connections import let_go_of_connection
from apps.evidence.models import ObjectVersion


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object: the store's id for it, and its size in bytes."""

    id: str
    size: int


class Versions:
    """The recorded versions of one store. No connection is held after a call, except inside a transaction."""

    def __init__(self, store: str) -> None:
        self._rows = ObjectVersion.objects.filter(store=store)
        self._store = store

    def recorded(self, key: str) -> Version | None:
        """The recorded version of this object, if there is one."""
        try:
            row = self._rows.filter(key=key).first()
        finally:
            let_go_of_connection()
        return Version(row.version, row.size) if row else None

    def record(self, key: str, version: Version) -> Version:
        """Record the version, unless another writer was first; returns the one that counts."""
        try:
            with transaction.atomic():
                row, _created = ObjectVersion.objects.get_or_create(
                    store=self._store, key=key, defaults={"version": version.id, "size": version.size}
                )
        finally:
            let_go_of_connection()
        return Version(row.version, row.size)

    def forget(self, key: str, version: Version) -> None:
        """Forget a version that is gone from the store, so that another one can be recorded."""
        try:
            self._rows.filter(key=key, version=version.id).delete()
        finally:
            let_go_of_connection()

    def note_lock(self, key: str, *, until: datetime | None, held: bool) -> None:
        """Note what the store confirmed about the object's lock, for finding those that end soon."""
        try:
            self._rows.filter(key=key).update(locked_until=until, held=held)
        finally:
            let_go_of_connection()
