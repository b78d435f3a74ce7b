"""Acts on people who were entered by others, and on offers of cameras. Other apps import them from here."""

from apps.prospects.services.answering import (
    Answer,
    claim_invitation,
    finish_claimed,
    register_claimed,
    remove_me,
    take_over,
)
from apps.prospects.services.entering import invitation_for, pre_register, withdraw_entry
from apps.prospects.services.erasing import erase_entries_about, erase_silent_owners, erase_unanswered
from apps.prospects.services.inviting import invite_due_owners, invite_owner, mark_ready, remind_due_owners
from apps.prospects.services.meeting import Entered, enter_at_meeting
from apps.prospects.services.offering import (
    decline_offer,
    erase_offers,
    expire_offers,
    offer_cameras,
    passable_cameras,
    withdraw_offer,
    withdraw_offers,
    withdraw_offers_to,
)
from apps.prospects.services.taking import take_cameras

__all__ = [
    "Answer",
    "Entered",
    "claim_invitation",
    "decline_offer",
    "enter_at_meeting",
    "erase_entries_about",
    "erase_offers",
    "erase_silent_owners",
    "erase_unanswered",
    "expire_offers",
    "finish_claimed",
    "invitation_for",
    "invite_due_owners",
    "invite_owner",
    "mark_ready",
    "offer_cameras",
    "passable_cameras",
    "pre_register",
    "register_claimed",
    "remind_due_owners",
    "remove_me",
    "take_cameras",
    "take_over",
    "withdraw_entry",
    "withdraw_offer",
    "withdraw_offers",
    "withdraw_offers_to",
]
