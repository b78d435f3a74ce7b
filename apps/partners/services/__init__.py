"""Acts on partners, their people and their consents. Other apps import them from here."""

from apps.partners.services.leaving import (
    end_membership,
    leave_program,
    pause_program,
    resume_program,
    return_to_program,
)
from apps.partners.services.taking_part import (
    NAME_MAX,
    check_takes_part,
    join_program,
    set_consents,
)

__all__ = [
    "NAME_MAX",
    "check_takes_part",
    "end_membership",
    "join_program",
    "leave_program",
    "pause_program",
    "resume_program",
    "return_to_program",
    "set_consents",
]
