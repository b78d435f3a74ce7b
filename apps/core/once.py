"""Creating once: a repeated form or a retried call finds the first row."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core.models import RequestKeyed

Row = TypeVar("Row", bound=RequestKeyed)


def create_once(model: type[Row], *, request_key: UUID | None, **fields: Any) -> tuple[Row, bool]:
    """Create the row, or find the one that this key created before; says which. Call it inside a transaction.

    Two callers at once with the same key get the same row. Whether the row found belongs to the caller is for the
    calling service to check: a key is chosen by the client.
    """
    rows = model._default_manager
    if request_key is None:
        return rows.create(**fields), True
    earlier = rows.filter(request_key=request_key).first()
    if earlier is not None:
        return earlier, False
    try:
        with transaction.atomic():
            return rows.create(request_key=request_key, **fields), True
    except IntegrityError:
        earlier = rows.filter(request_key=request_key).first()
        if earlier is None:
            raise
        return earlier, False
