"""States of a request, of what it reaches, and the answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class RequestState(models.TextChoices):
    DRAFT = "draft", _("draft")  # being written by its author
    SUBMITTED = "submitted", _("waiting for approval")  # a supervisor who is not the author decides
    RETURNED = "returned", _("returned")  # the supervisor asks for a change
    OPEN = "open", _("open")  # approved; matches stored, invitations go out, answers come in
    CLOSED = "closed", _("closed")  # ended by staff, with an outcome
    EXPIRED = "expired", _("expired")  # its last day passed
    WITHDRAWN = "withdrawn", _("withdrawn")  # taken back by its author


REQUEST_TRANSITIONS = Transitions(
    {
        RequestState.DRAFT: {RequestState.SUBMITTED, RequestState.WITHDRAWN},
        RequestState.SUBMITTED: {
            RequestState.OPEN,
            RequestState.RETURNED,
            RequestState.DRAFT,  # its author takes it back to change it
            RequestState.WITHDRAWN,
        },
        RequestState.RETURNED: {RequestState.SUBMITTED, RequestState.WITHDRAWN},
        RequestState.OPEN: {RequestState.CLOSED, RequestState.EXPIRED, RequestState.WITHDRAWN},
    }
)


class RequestKind(models.TextChoices):
    FOOTAGE = "footage", _("request for footage")
    PRESERVATION = "preservation", _("request to keep footage")  # owners learn of camera, day and hours alone


class Review(models.TextChoices):
    """What a supervisor said of a request that went first."""

    UPHELD = "upheld", _("it was right to send it first")
    REFUSED = "refused", _("it should have waited")


class Outcome(models.TextChoices):
    FOOTAGE = "footage", _("footage was received")
    NO_FOOTAGE = "no_footage", _("no footage was to be had")
    NOT_NEEDED = "not_needed", _("footage is no longer needed")


class MatchState(models.TextChoices):
    PENDING = "pending", _("pending")  # stored with the approval; the invitation is not out yet
    INVITED = "invited", _("invited")  # the invitation was handed to the mail server
    ANSWERED = "answered", _("answered")  # see the answer; a later answer replaces it
    EXPIRED = "expired", _("expired")  # the request ended without an answer
    TAKEN_OUT = "taken_out", _("no longer needed")  # staff ask it no more; why, its owner never learns


class LeftOutReason(models.TextChoices):
    """Why somebody is not asked, or is asked no more. Staff only."""

    VICTIM = "victim", _("the victim lives or works there")
    SUSPECT = "suspect", _("a suspect lives or works there")
    OTHER = "other", _("another reason")


MATCH_TRANSITIONS = Transitions(
    {
        MatchState.PENDING: {MatchState.INVITED, MatchState.ANSWERED, MatchState.EXPIRED, MatchState.TAKEN_OUT},
        MatchState.INVITED: {MatchState.ANSWERED, MatchState.EXPIRED, MatchState.TAKEN_OUT},
        MatchState.ANSWERED: {MatchState.ANSWERED},
    }
)


class Answer(models.TextChoices):
    HAS_FOOTAGE = "has_footage", _("has footage")
    NONE = "none", _("no footage")
    UNAVAILABLE = "unavailable", _("unavailable")
    DECLINED = "declined", _("declined")
    CALL_ME = "call_me", _("ask me by phone")  # no word yet about the video
    NEVER = "never", _("never for this kind of incident")  # declines, and a rule for later requests
    LEGAL = "legal", _("my company needs legal process")  # may have it, gives it by subpoena or warrant alone


# The video may exist: its clock runs, and “I have kept it” makes sense.
POSSIBLE = ("", Answer.HAS_FOOTAGE, Answer.CALL_ME, Answer.LEGAL)
# A file may come with these.
MAY_GIVE = ("", Answer.HAS_FOOTAGE, Answer.CALL_ME)


class UnavailableReason(models.TextChoices):
    OVERWRITTEN = "overwritten", _("already overwritten")
    BROKEN = "broken", _("camera or recorder not working")
    NO_RECORDING = "no_recording", _("was not recording")
    MOVED = "moved", _("camera was moved or taken down")
    NO_ACCESS = "no_access", _("cannot get at the recording")
    OTHER = "other", _("another reason")


class InvitationState(models.TextChoices):
    QUEUED = "queued", _("queued")  # written with the approval, waits in the outbox
    SENT = "sent", _("sent")  # handed to the mail server
    CLOSED = "closed", _("closed")  # its request ended
    REVOKED = "revoked", _("revoked")  # its link no longer opens


INVITATION_TRANSITIONS = Transitions(
    {
        InvitationState.QUEUED: {InvitationState.SENT, InvitationState.CLOSED, InvitationState.REVOKED},
        InvitationState.SENT: {InvitationState.CLOSED, InvitationState.REVOKED},
    }
)
