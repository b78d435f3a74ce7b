"""States of an invitation to act for a partner."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class MemberInvitationState(models.TextChoices):
    OPEN = "open", _("open")  # the link may be used until it expires
    ACCEPTED = "accepted", _("accepted")  # a membership came of it
    DECLINED = "declined", _("declined")  # the invited person does not want to
    WITHDRAWN = "withdrawn", _("withdrawn")  # taken back by the partner, or its inviter lost the right to invite
    EXPIRED = "expired", _("expired")  # nobody used it in time


MEMBER_INVITATION_TRANSITIONS = Transitions(
    {
        MemberInvitationState.OPEN: {
            MemberInvitationState.ACCEPTED,
            MemberInvitationState.DECLINED,
            MemberInvitationState.WITHDRAWN,
            MemberInvitationState.EXPIRED,
        },
    }
)
