"""Parts of addresses that open something or stand for a person: no log holds them."""

from __future__ import annotations

import re

# The token of a video opens it for ten minutes; ids of letters' unsubscribe links stand for a person.
_SECRET = re.compile(r"(?<=/media/)[^/?\s]+|(?<=/appeals/stop/)[^/?\s]+")


def without_secrets(path: str) -> str:
    """The path as a log may hold it."""
    return _SECRET.sub("…", path)
