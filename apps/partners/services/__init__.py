"""Acts on partners, their people and their consents. Other apps import them from here."""

from apps.partners.services.contacting import ContactWish, record_contacts, set_contact_rules
from apps.partners.services.invitations import (
    accept_invitation,
    decline_invitation,
    expire_invitations,
    invite_member,
    send_again,
    withdraw_invitation,
)
from apps.partners.services.leaving import (
    leave_program,
    pause_program,
    rejoin,
    resume_program,
    return_to_program,
)
from apps.partners.services.membership import (
    change_role,
    choose_partner,
    hand_over,
    leave_partner,
    remove_member,
)
from apps.partners.services.taking_part import (
    NAME_MAX,
    check_takes_part,
    join_program,
    set_consents,
)

__all__ = [
    "NAME_MAX",
    "ContactWish",
    "accept_invitation",
    "change_role",
    "check_takes_part",
    "choose_partner",
    "decline_invitation",
    "expire_invitations",
    "hand_over",
    "invite_member",
    "join_program",
    "leave_partner",
    "leave_program",
    "pause_program",
    "record_contacts",
    "rejoin",
    "remove_member",
    "resume_program",
    "return_to_program",
    "send_again",
    "set_consents",
    "set_contact_rules",
    "withdraw_invitation",
]
