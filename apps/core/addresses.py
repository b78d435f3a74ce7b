"""Addresses of things in lists: one page of a list has many of them, and they differ by one id."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

_ANY = UUID(int=0)


def address_of(view: str, public_id: UUID | str) -> str:
    """`reverse(view, args=[public_id])`, looked up once a process. Raises NoReverseMatch as that does."""
    before, after = _around(view, get_urlconf(), get_script_prefix())
    return f"{before}{UUID(str(public_id))}{after}"


@lru_cache(maxsize=256)
def _around(view: str, urlconf: str | None, prefix: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[_ANY], urlconf=urlconf).partition(str(_ANY))
    return before, after
