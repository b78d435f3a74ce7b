"""States of an export, why it asks for a second person, and what it waits for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class ExportState(models.TextChoices):
    ASKED = "asked", _("waits for a second person")
    BUILDING = "building", _("being built")  # a worker is at it, or will be; the lease says which
    READY = "ready", _("ready")  # can be downloaded until it expires
    STOPPED = "stopped", _("stopped")  # three tries died at the same step, or a file is not what was sealed
    REFUSED = "refused", _("refused")  # by the second person
    CANCELLED = "cancelled", _("cancelled")  # by somebody, before or after it was ready
    EXPIRED = "expired", _("expired")  # nobody decided in time, or its days are over


LIVE = (ExportState.ASKED, ExportState.BUILDING, ExportState.READY, ExportState.STOPPED)

EXPORT_TRANSITIONS = Transitions(
    {
        ExportState.ASKED: {
            ExportState.BUILDING,
            ExportState.REFUSED,
            ExportState.CANCELLED,
            ExportState.EXPIRED,
        },
        # Expired while it is built: an owner was erased, and the package would say where the camera was.
        ExportState.BUILDING: {
            ExportState.READY,
            ExportState.STOPPED,
            ExportState.CANCELLED,
            ExportState.EXPIRED,
        },
        ExportState.STOPPED: {ExportState.BUILDING, ExportState.CANCELLED, ExportState.EXPIRED},
        ExportState.READY: {ExportState.CANCELLED, ExportState.EXPIRED},
    }
)


class SecondReason(models.TextChoices):
    """What in an export asks for a second person. Each is read from the data, never ticked by who asks."""

    QUARANTINED = "quarantined", _("a file is in quarantine")
    RESTRICTED = "restricted", _("a file is restricted")
    MALWARE = "malware", _("a virus scanner found something in a file")
    HOME = "home", _("a video is from somebody's home")
    SOUND = "sound", _("a file has sound")
    PLACES = "places", _("it says where cameras are")
    NOT_ACCEPTED = "not_accepted", _("a file is not accepted as evidence")


class Problem(models.TextChoices):
    """Why it is not ready yet, or stopped."""

    STORE_AWAY = "store_away", _("The evidence store does not answer. Building goes on by itself once it does.")
    NO_ROOM = "no_room", _("The database has no room. Building goes on by itself once there is some.")
    LEDGER = "ledger", _("It waits for the ledger's next checkpoint, which takes some seconds.")
    CHANGED = "changed", _("A stored file is gone or is not what was sealed. Tell those who run the storage.")
    DIED = "died", _("Building stopped three times at the same step. Try again, and tell those who run the portal.")


class FileKind(models.TextChoices):
    ORIGINAL = "original", _("original")
    WORKING_COPY = "working_copy", _("working copy")
    REDACTED = "redacted", _("redacted copy")
    DOCUMENT = "document", _("document")  # written here: its content is in the database
