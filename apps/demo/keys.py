"""Request keys of the demo: the same name gives the same key, so that loading twice creates once."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("7f6c1f4e-6a5b-4f1e-9d0a-1824c0ffee00")


def key(name: str) -> UUID:
    """The request key of the thing called `name`."""
    return uuid5(_NAMESPACE, name)
