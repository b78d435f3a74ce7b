"""Who takes part, who may act for them, and how they may be asked."""

from apps.partners.models.contact import MOST_REQUESTS, Contact, ContactRules, ContactTier, SharedInbox
from apps.partners.models.partners import (
    Affiliation,
    AppealReader,
    Consent,
    ForwardedAppeal,
    JoinCode,
    MemberInvitation,
    MemberRole,
    Membership,
    Partner,
    PartnerKind,
    PartnerWord,
)
from apps.partners.models.strangers import StoppedAddress, StrangerLetter, WayOut

__all__ = [
    "MOST_REQUESTS",
    "Affiliation",
    "AppealReader",
    "Consent",
    "Contact",
    "ContactRules",
    "ContactTier",
    "ForwardedAppeal",
    "JoinCode",
    "MemberInvitation",
    "MemberRole",
    "Membership",
    "Partner",
    "PartnerKind",
    "PartnerWord",
    "SharedInbox",
    "StoppedAddress",
    "StrangerLetter",
    "WayOut",
]
