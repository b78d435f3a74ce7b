"""The lock of one version: asked, made longer, and asked again, because a store may say yes and do nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from apps.evidence.s3.connection import Connection, code_of
from apps.evidence.store_contract import StoreUnavailable

COMPLIANCE, GOVERNANCE = "COMPLIANCE", "GOVERNANCE"
"""In compliance mode nobody can shorten a lock, the bucket's owner included."""
NO_LOCK = {"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"}
NEVER = datetime.min.replace(tzinfo=UTC)


def retention(connection: Connection, key: str, version: str) -> tuple[str, datetime]:
    """Mode and end (UTC) of the lock; an empty mode and NEVER where there is none. Raises MissingObject."""
    with connection.own_errors(key):
        try:
            found: dict[str, Any] = {
                **connection.client.get_object_retention(**connection.named(key, version))["Retention"]
            }
        except ClientError as error:
            if code_of(error) in NO_LOCK:
                return "", NEVER
            raise
    until = found.get("RetainUntilDate")
    return (found.get("Mode", ""), until.astimezone(UTC)) if until else ("", NEVER)


def locked_until(connection: Connection, key: str, version: str) -> datetime | None:
    """Until when nobody can remove the version; None if it is not locked in compliance mode. Raises MissingObject."""
    mode, until = retention(connection, key, version)
    return until if mode == COMPLIANCE else None


def ask_lock(connection: Connection, key: str, version: str, mode: str, until: datetime) -> None:
    """Ask for this lock, whatever comes of it. Raises ClientError."""
    wanted: Any = {"Mode": mode, "RetainUntilDate": until}
    connection.client.put_object_retention(**connection.named(key, version), Retention=wanted)


def lock(connection: Connection, key: str, version: str, until: datetime) -> datetime:
    """Lock the version at least until then (UTC, whole seconds), and return the end that the store confirms.

    Raises StoreUnavailable if it confirms none, MissingObject.
    """
    until = until.astimezone(UTC).replace(microsecond=0)
    with connection.own_errors(key):
        ask_lock(connection, key, version, COMPLIANCE, until)
    confirmed = locked_until(connection, key, version)
    if confirmed is None or confirmed < until:
        raise StoreUnavailable("The store did not lock an object as it was asked to.")
    return confirmed


def is_held(connection: Connection, key: str, version: str) -> bool:
    """Whether a legal hold is on the version. Raises MissingObject."""
    with connection.own_errors(key):
        return connection.client.head_object(**connection.named(key, version)).get("ObjectLockLegalHoldStatus") == "ON"


def hold(connection: Connection, key: str, version: str, *, on: bool) -> None:
    """Put a legal hold on the version or take it off. Raises StoreUnavailable if the store does not, MissingObject."""
    if is_held(connection, key, version) == on:
        return
    with connection.own_errors(key):
        connection.client.put_object_legal_hold(
            **connection.named(key, version), LegalHold={"Status": "ON" if on else "OFF"}
        )
    if is_held(connection, key, version) != on:
        raise StoreUnavailable("The store did not change the hold on an object.")
