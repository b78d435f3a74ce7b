"""Words that people type: trimmed, checked, and otherwise left as they are."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput

# Control characters and half surrogates: a database refuses some of them, a terminal obeys others. Signs that turn the
# direction of writing: with them a text shows its reader other words than it holds (Unicode TR 36, 2.4). Signs for
# private use mean nothing to a reader, and U+E000 marks where a letter gets its reader's values.
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000]")


def line(value: Any, *, field: str, most: int, required: bool = True) -> str:
    """One line of text, at most `most` characters; runs of white space become one space. Raises InvalidInput."""
    return _checked(" ".join(_as_text(value, field).split()), field, most, required)


def paragraphs(value: Any, *, field: str, most: int, required: bool = True) -> str:
    """Text of several lines, at most `most` characters. Raises InvalidInput."""
    text = _as_text(value, field).replace("\r\n", "\n").strip()
    return _checked(text, field, most, required)


def _as_text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise _refusal(field, _("Please write some text here."))
    return value


def _checked(text: str, field: str, most: int, required: bool) -> str:
    if required and not text:
        raise _refusal(field, _("Please fill this in."))
    if len(text) > most:
        raise _refusal(field, _("Please use at most %(most)d characters.") % {"most": most})
    if _REFUSED.search(text):
        raise _refusal(field, _("This text has signs in it that cannot be kept. Please type it again."))
    return text


def _refusal(field: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(field, sentence)
