"""The letters of a text that was sent as evidence, for a page that escapes them."""

from __future__ import annotations

from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.states import ItemKind
from apps.evidence.storage import StoreError, derivative_key, store


def text_of(item: EvidenceItem, copy: Derivative | None) -> str:
    """The preview of a text; empty for other kinds, and while the store is away."""
    if copy is None or item.kind != ItemKind.TEXT:
        return ""
    try:
        return b"".join(store().open_range(derivative_key(copy.digest), 0, copy.size)).decode("utf-8", "replace")
    except StoreError:
        return ""
