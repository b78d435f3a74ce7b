"""The verbs of letterheads, and what a preview needs of them."""

from apps.letterhead.services.first_seal import place_first_seal
from apps.letterhead.services.publishing import MOST, Words, checked_words, clean_seal, publish_letterhead

__all__ = ["MOST", "Words", "checked_words", "clean_seal", "place_first_seal", "publish_letterhead"]
