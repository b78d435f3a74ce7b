"""What may be written in a conversation: plain words, not too long, not too often."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.conversations.models import Thread, ThreadMessage
from apps.conversations.states import Side
from apps.core import text as words
from apps.core.errors import InvalidInput, TooMany

TEXT_MOST = 2000
OWNER_PER_HOUR, OWNER_PER_DAY = 10, 30
# In a row, without a word of the owner: who is written to more often than that is pressed.
AGENCY_IN_A_ROW = 3

_CODE = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|svg|img|style|link|meta|form)\b|javascript:|\bon\w+\s*=", re.I
)
_WEB = re.compile(r"https?://|\bwww\.", re.I)


def checked_text(value: str, *, side: str, required: bool = True) -> str:
    """The text as it is kept. Raises InvalidInput, beside `text`, for what is too long, a script, or advertising.

    Pages escape whatever is written; a script is refused all the same, because no owner means to send one.
    """
    text = words.paragraphs(value, field="text", most=TEXT_MOST, required=required)
    if _CODE.search(text):
        raise _refused(_("This looks like program code. Please write plain words."))
    if len(_WEB.findall(text)) > (0 if side == Side.AGENCY else 1):
        raise _refused(
            _("Please leave out web addresses, so that a false message can be told from a real one.")
            if side == Side.AGENCY
            else _("This has several web addresses in it and looks like advertising. Please write plain words.")
        )
    return text


def check_owner_pace(thread: Thread) -> None:
    """Raise TooMany if the owner's side wrote as often as it may. Counted under the invitation's lock."""
    now = timezone.now()
    mine = ThreadMessage.objects.filter(thread=thread, side=Side.OWNER)
    if mine.filter(created_at__gt=now - timedelta(hours=1)).count() >= OWNER_PER_HOUR:
        raise TooMany(_("You have written many messages in the last hour. Please wait a while, or call the agency."))
    if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= OWNER_PER_DAY:
        raise TooMany(_("You have written many messages today. Please wait until tomorrow, or call the agency."))


def check_agency_pace(thread: Thread) -> None:
    """Raise TooMany if the agency has written several times in a day and the owner has not answered."""
    last = ThreadMessage.objects.filter(thread=thread, created_at__gt=timezone.now() - timedelta(days=1))
    sides = list(last.order_by("-number").values_list("side", flat=True)[:AGENCY_IN_A_ROW])
    if len(sides) == AGENCY_IN_A_ROW and Side.OWNER not in sides:
        raise TooMany(_("You wrote three times in a day without an answer. Please give the owner time to answer."))


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput.about("text", sentence)
