"""Acts on partners, their people and their consents. Other apps import them from here."""

from apps.partners.services.appeals import appeal_hosts, checked_appeal, forward_appeal
from apps.partners.services.associations import (
    affiliate,
    end_affiliation,
    end_affiliation_of,
    invite_to_association,
    read_appeals,
    renew_join_code,
    stop_appeals,
)
from apps.partners.services.contacting import ContactWish, record_contacts, set_contact_rules
from apps.partners.services.inboxes import add_inbox, confirm_inbox, get_inbox_for, remove_inbox
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
    hold_partners_of,
    leave_partner,
    remove_member,
)
from apps.partners.services.strangers import (
    check_may_write,
    is_stopped,
    stop_mail,
    vouch_after_approval,
    vouch_for_partner,
    way_out_of_letter,
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
    "add_inbox",
    "affiliate",
    "appeal_hosts",
    "change_role",
    "check_may_write",
    "check_takes_part",
    "checked_appeal",
    "choose_partner",
    "confirm_inbox",
    "decline_invitation",
    "end_affiliation",
    "end_affiliation_of",
    "expire_invitations",
    "forward_appeal",
    "get_inbox_for",
    "hand_over",
    "hold_partners_of",
    "invite_member",
    "invite_to_association",
    "is_stopped",
    "join_program",
    "leave_partner",
    "leave_program",
    "pause_program",
    "read_appeals",
    "record_contacts",
    "rejoin",
    "remove_inbox",
    "remove_member",
    "renew_join_code",
    "resume_program",
    "return_to_program",
    "send_again",
    "set_consents",
    "set_contact_rules",
    "stop_appeals",
    "stop_mail",
    "vouch_after_approval",
    "vouch_for_partner",
    "way_out_of_letter",
    "withdraw_invitation",
]
