"""Making again by what partners and sites are found."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from apps.cameras.models import Site, SiteWord
from apps.core.locks import locked
from apps.core.models import NameWord
from apps.core.name_words import keep_words
from apps.partners.models import Partner, PartnerWord

BATCH = 200


def index_names() -> int:
    """Digest the names of all partners and sites again, as a new `DIGEST_KEY` asks; returns how many names.

    In batches, each a transaction under its rows' locks: a name that is written meanwhile wins. Running twice changes
    nothing. No entry: nothing is added to what the names say.
    """
    count = 0
    all_named: list[tuple[Any, type[NameWord]]] = [(Partner, PartnerWord), (Site, SiteWord)]
    for named, words in all_named:
        last = 0
        while True:
            with transaction.atomic():
                rows = list(locked(named._default_manager).filter(pk__gt=last).order_by("pk")[:BATCH])
                for row in rows:
                    keep_words(words, row, row.name)
            if not rows:
                break
            last, count = rows[-1].pk, count + len(rows)
    return count
