"""The verbs of disclosure."""

from apps.disclosure.services.ending import (
    answer_records_request,
    close_records_request,
    erase_contact,
    erase_contact_again,
    take_up_again,
    withdraw_records_request,
)
from apps.disclosure.services.fees import note_fee
from apps.disclosure.services.lines import add_items, decide_item
from apps.disclosure.services.searching import search_records
from apps.disclosure.services.taking import acknowledge_records_request, move_answer_day, take_records_request
from apps.disclosure.services.withholding import end_withholding, look_again, withhold

__all__ = [
    "acknowledge_records_request",
    "add_items",
    "answer_records_request",
    "close_records_request",
    "decide_item",
    "end_withholding",
    "erase_contact",
    "erase_contact_again",
    "look_again",
    "move_answer_day",
    "note_fee",
    "search_records",
    "take_records_request",
    "take_up_again",
    "withdraw_records_request",
    "withhold",
]
