"""Texts that are kept in each language of the portal."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language


def in_language(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in the portal's own, else nothing."""
    wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(wanted) or texts.get(settings.LANGUAGE_CODE, "")
