"""Names that senders give to files, made safe to show, to log and to hand to a tool."""

from __future__ import annotations

import re
import unicodedata

MAX_BYTES = 255
_SPECIAL = re.compile(r'[<>:"|?*%`$\\/]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)


def safe_filename(raw: str) -> str:
    """Return a name without folders, control or direction characters, device names or shell and ffmpeg syntax.

    At most 255 bytes of UTF-8; a long name keeps its extension. The name is only ever shown: files of the portal are
    named by public id or by digest.
    """
    name = unicodedata.normalize("NFC", raw).replace("\\", "/")
    name = name.rsplit("/", 1)[-1] if name.rsplit("/", 1)[-1].strip(". ") else name.strip("/. ").rsplit("/", 1)[-1]
    # Cc, Cf (direction marks), Cs, Co, Cn; separators such as U+2028 become plain spaces.
    name = "".join(" " if unicodedata.category(c)[0] == "Z" else c for c in name if unicodedata.category(c)[0] != "C")
    name = _SPECIAL.sub("_", name)
    name = re.sub(r" {2,}", " ", name).lstrip(" .-~").rstrip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shorten(name) or "file"


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        stem, dot, extension = name, "", ""
    room = MAX_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + extension
