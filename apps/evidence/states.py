"""States of an evidence item, its triage, and the outcome of a fixity check."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.transitions import Transitions


class ItemState(models.TextChoices):
    RECEIVED = "received", _("received")  # every byte is durable in staging
    SEALED = "sealed", _("sealed")  # lies write-once under its digest and was read back
    PLAYABLE = "playable", _("playable")  # a working copy exists
    UNPLAYABLE = "unplayable", _("unplayable")  # no decoder of ours reads it, or processing it died three times
    QUARANTINED = "quarantined", _("quarantined")  # sealed, but may not be opened
    DISPOSED = "disposed", _("disposed of")  # two custodians decided; the bytes go, facts and custody stay


ITEM_TRANSITIONS = Transitions(
    {
        ItemState.RECEIVED: {ItemState.SEALED},
        ItemState.SEALED: {ItemState.PLAYABLE, ItemState.UNPLAYABLE, ItemState.QUARANTINED, ItemState.DISPOSED},
        ItemState.UNPLAYABLE: {ItemState.SEALED, ItemState.QUARANTINED, ItemState.DISPOSED},
        ItemState.PLAYABLE: {ItemState.QUARANTINED, ItemState.DISPOSED},
        ItemState.QUARANTINED: {ItemState.DISPOSED},
    }
)


STUCK = "stopped_three_times"
"""The problem of an item whose present step was tried three times and never ended."""


class ClipState(models.TextChoices):
    RECEIVED = "received", _("received")  # its bytes are in staging, for a day at most
    CHECKED = "checked", _("checked")  # the camera's check says what was found; the bytes are gone
    UNCHECKED = "unchecked", _("not checked")  # nothing could look at it in time; the bytes are gone


CLIP_TRANSITIONS = Transitions({ClipState.RECEIVED: {ClipState.CHECKED, ClipState.UNCHECKED}})


class Triage(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted as evidence")
    RETURNED = "returned", _("returned")


TRIAGE_TRANSITIONS = Transitions(
    {
        Triage.SUBMITTED: {Triage.ACCEPTED, Triage.RETURNED},
        Triage.ACCEPTED: {Triage.RETURNED},
        Triage.RETURNED: {Triage.ACCEPTED},
    }
)


class ItemKind(models.TextChoices):
    """What a file is, by its content. Empty while nobody has looked."""

    VIDEO = "video", _("video")
    SOUND = "sound", _("sound recording")
    PHOTO = "photo", _("photograph")
    DOCUMENT = "document", _("document")
    TEXT = "text", _("text")
    OTHER = "other", _("another kind of file")


class DerivativeKind(models.TextChoices):
    WORKING_COPY = "working_copy", _("working copy")
    POSTER = "poster", _("poster")
    PAGE_1 = "page_1", _("first page")
    PAGE_2 = "page_2", _("second page")
    PAGE_3 = "page_3", _("third page")
    STRIP = "strip", _("contact strip")
    TIMES = "times", _("times of the pictures")  # of the working copy, for stepping
    STILL = "still", _("still")  # from here on there may be several of an item: see Excerpt
    CLIP = "clip", _("clip")
    REDACTED = "redacted", _("redacted copy")  # see the app `redaction`


NOT_ONE_OF_A_KIND = (DerivativeKind.STILL, DerivativeKind.CLIP, DerivativeKind.REDACTED)


class ExcerptKind(models.TextChoices):
    """What somebody has made from a video; also the kind of the derivative."""

    STILL = "still", _("still")
    CLIP = "clip", _("clip")


class ExcerptState(models.TextChoices):
    ASKED = "asked", _("being made")
    MADE = "made", _("made")
    FAILED = "failed", _("cannot be made")


EXCERPT_TRANSITIONS = Transitions({ExcerptState.ASKED: {ExcerptState.MADE, ExcerptState.FAILED}})


class SoundAnswer(models.TextChoices):
    """What a giver said of the sound of a file. Empty while nobody said anything, which counts as no."""

    YES = "yes", _("yes")
    NO = "no", _("no")


class CopySound(models.TextChoices):
    """Whether a working copy has the sound of its original, and if not, why. Empty where the original has none."""

    KEPT = "kept", _("has its sound")
    POLICY = "policy", _("the agency leaves sound out")
    REFUSED = "refused", _("the giver said no")
    UNKNOWN = "unknown", _("the giver did not say yes")


PAGES = (DerivativeKind.PAGE_1, DerivativeKind.PAGE_2, DerivativeKind.PAGE_3)


class ScanOutcome(models.TextChoices):
    """What a virus scanner said of an original. Empty while nobody asked one."""

    CLEAN = "clean", _("nothing found")
    FOUND = "found", _("malware found")
    TOO_LARGE = "too_large", _("larger than the scanner takes")


class FixityOutcome(models.TextChoices):
    PASS = "pass", _("pass")
    FAIL = "fail", _("fail")
    COULD_NOT_CHECK = "could_not_check", _("could not check")


class HandoverState(models.TextChoices):
    OPEN = "open", _("not signed yet")  # the officer entered who gives what; nothing is taken yet
    SIGNED = "signed", _("signed")  # the giver agreed; files are taken
    ENDED = "ended", _("ended")  # no further file is begun


HANDOVER_TRANSITIONS = Transitions(
    {
        HandoverState.OPEN: {HandoverState.SIGNED, HandoverState.ENDED},
        HandoverState.SIGNED: {HandoverState.ENDED},
    }
)


class Medium(models.TextChoices):
    USB = "usb", _("a USB stick or disk")
    CARD = "card", _("a memory card")
    PHONE = "phone", _("a phone or another device")
    OTHER = "other", _("something else")


class PieceState(models.TextChoices):
    PROPOSED = "proposed", _("waits for your yes")  # a program found it; no byte is here
    AGREED = "agreed", _("you said yes")  # the program may send it
    REFUSED = "refused", _("not sent")
    SENT = "sent", _("sent")  # it is evidence; no way back


PIECE_TRANSITIONS = Transitions(
    {
        PieceState.PROPOSED: {PieceState.AGREED, PieceState.REFUSED},
        PieceState.AGREED: {PieceState.REFUSED, PieceState.SENT},
        PieceState.REFUSED: {PieceState.AGREED},
    }
)
