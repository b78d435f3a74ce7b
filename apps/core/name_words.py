"""Encrypted names, found by their words: keyed digests of each word and of its beginnings.

Whoever reads the database without `DIGEST_KEY` learns which rows share a word or the beginning of one, and no word.
`kind` sets kinds of names apart: the same word has one digest as a partner's and another one as a site's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from apps.core.models import NameWord

#: Beginnings are found from so many letters on; a shorter word is found whole.
LEAST = 3
#: Longer beginnings tell few more names apart, and would say how long a word is.
MOST = 8
WORDS_MOST = 8
_WORD = re.compile(r"[^\W_]+")

M = TypeVar("M", bound=Model)


def words_in(name: str) -> list[str]:
    """The words of a name as they are compared: small letters without accents, each once."""
    plain = unicodedata.normalize("NFKD", re.sub("['’`]", "", name)).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return list(dict.fromkeys(_WORD.findall(letters)))[:WORDS_MOST]


def has_words(wanted: list[str], *names: str) -> bool:
    """Whether each of these words begins a word of the names: for the few names that were read anyway."""
    words = [word for name in names for word in words_in(name)]
    return all(any(word.startswith(one) for word in words) for one in wanted)


def keep_words(words: type[NameWord], owner: Model, name: str) -> None:
    """Replace what `owner` is found by; in the transaction that writes its name. An empty name is found by nothing."""
    made: Any = words  # each model of words has an owner of its own kind
    rows = made._default_manager
    rows.filter(owner=owner).delete()
    digests = {_digest(words.kind, part) for word in words_in(name) for part in _parts(word)}
    rows.bulk_create(made(owner=owner, digest=digest) for digest in sorted(digests))


def found_by_name(rows: QuerySet[M], words: type[NameWord], text: str, *, owner: str = "pk") -> QuerySet[M]:
    """Those rows whose `owner` has a name with all the words of `text`, each whole or begun; none without a word.

    Beside a longer word, one that is too short to be found by is not asked for: somebody may still be typing it.
    """
    asked = words_in(text)
    if not asked:
        return rows.none()
    kept: Any = words._default_manager
    for word in [word for word in asked if len(word) >= LEAST] or asked:
        having = kept.filter(owner=OuterRef(owner), digest=_digest(words.kind, word[:MOST]))
        rows = rows.filter(Exists(having))
    return rows


def _parts(word: str) -> Iterator[str]:
    if len(word) < LEAST:
        yield word
    for end in range(LEAST, min(len(word), MOST) + 1):
        yield word[:end]


def _digest(kind: str, part: str) -> str:
    return salted_hmac(f"core.name_words.{kind}", part, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()[:32]
