"""The verb of letterheads, and what a preview needs of it."""

from apps.letterhead.services.publishing import MOST, Words, checked_words, clean_seal, publish_letterhead

__all__ = ["MOST", "Words", "checked_words", "clean_seal", "publish_letterhead"]
