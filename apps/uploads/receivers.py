"""Who takes an upload over when it is complete.

This app knows nothing of evidence, and an upload may be finished by a request or by the sweep. So the owner of a kind
of scope (the part before the colon) says once, when its app is ready, what happens in the finishing transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from apps.uploads.models import Upload

Receiver = Callable[[Upload], None]

_receivers: dict[str, Receiver] = {}


def register(kind: str, receiver: Receiver) -> None:
    """`receiver(upload)` runs inside the transaction in which an upload of scope `<kind>:…` becomes received.

    If it raises, the upload stays unfinished and nothing is lost: the next request or the sweep tries again.
    """
    _receivers[kind] = receiver


def receiver_for(scope: str) -> Receiver:
    """The receiver of this scope's kind. Raises LookupError if no app takes such uploads."""
    kind = scope.partition(":")[0]
    try:
        return _receivers[kind]
    except KeyError:
        raise LookupError(f"No app receives uploads of kind {kind!r}.") from None
