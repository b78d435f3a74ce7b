"""How the room on the staging disk is shared: promised to bytes that come, and to nobody more than a fair share.

A declared size is only a wish. It has to be possible, and it counts against the sender's own share; against others
counts what lies on the disk already, and a small promise to each sender that was heard from a moment ago. A file whose
size is told later counts with what came and one promise more, and is checked again whenever it has grown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import TooMany
from apps.uploads import nodes, staging
from apps.uploads.errors import NoSpace, TooLarge
from apps.uploads.models import Upload
from apps.uploads.states import UploadState

PROMISE_BYTES = 256 * 1024**2
PROMISED_FOR = timedelta(minutes=10)
# Unfinished files of one invitation, one partner or one address hold at most this part of the room.
FAIR_SHARE = 0.5
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, in words that mean nothing here: the scope, who owns it, and the address they send from."""

    scope: str
    holder: str = ""
    source: str = ""

    def is_in(self, upload: Upload) -> bool:
        """Whether an upload falls under this sender's share, by any of the three."""
        return (
            upload.scope == self.scope
            or bool(self.holder and upload.holder == self.holder)
            or bool(self.source and upload.source == self.source)
        )


def check_room(sender: Sender, length: int | None) -> None:
    """Raise unless a file of `length` bytes may begin: TooMany, TooLarge, NoSpace. The caller lets one in at a time.

    None: a file whose length is told later.
    """
    _check_numbers(sender)
    under_way = _under_way()
    free = staging.free_bytes() - settings.UPLOAD_RESERVE_BYTES
    if free < sum(map(_promised, under_way)) + min(length or PROMISE_BYTES, PROMISE_BYTES):
        raise NoSpace(_("The portal has no room for this file right now. Please try again later."))
    _check_share(sender, length or PROMISE_BYTES, under_way)


def check_told_length(upload: Upload, length: int) -> None:
    """Raise TooLarge or NoSpace unless an upload that began without a length may have this one."""
    _check_share(_sender_of(upload), length, [other for other in _under_way() if other.pk != upload.pk], upload)


def check_growth(upload: Upload) -> None:
    """Raise TooLarge or NoSpace unless more may come of an upload whose length was not told. What came is kept."""
    check_told_length(upload, upload.offset + PROMISE_BYTES)


def _under_way() -> list[Upload]:
    """What fills this computer's disk. What others receive fills theirs."""
    return list(Upload.objects.filter(nodes.here(), state=UploadState.RECEIVING))


def _sender_of(upload: Upload) -> Sender:
    return Sender(upload.scope, upload.holder, upload.source)


def _reckoned(upload: Upload) -> int:
    return upload.offset + PROMISE_BYTES if upload.length is None else upload.length


def _check_share(sender: Sender, length: int, others: list[Upload], own: Upload | None = None) -> None:
    """A file of `length` bytes beside the others under way; what came of `own`, this file, takes no room any more."""
    kept = Upload.objects.filter(scope=sender.scope).exclude(state=UploadState.ABANDONED)
    if own is not None:
        kept = kept.exclude(pk=own.pk)
    said = sum(kept.values_list(Coalesce("length", "offset"), flat=True))
    if said + length > settings.UPLOAD_BYTES_PER_SCOPE:
        raise TooLarge(_("These files together are larger than this portal takes for one request."))
    free = staging.free_bytes() - settings.UPLOAD_RESERVE_BYTES
    room = free + sum(upload.offset for upload in others) + (own.offset if own else 0)
    mine = sum(_reckoned(upload) for upload in others if sender.is_in(upload))
    if mine + length > FAIR_SHARE * room:
        raise NoSpace(
            _("Your files under way and this one are larger than the room that is left. Let some finish first.")
        )


def is_short() -> bool:
    """Whether the disk is down to what is always kept free: who sends now waits, and what came is kept."""
    return staging.free_bytes() < settings.UPLOAD_RESERVE_BYTES


def _check_numbers(sender: Sender) -> None:
    mine = Upload.objects.filter(scope=sender.scope)
    kept = list(mine.exclude(state=UploadState.ABANDONED).values_list("state", flat=True))
    if sum(state == UploadState.RECEIVING for state in kept) >= settings.UPLOAD_OPEN_PER_SCOPE:
        raise TooMany(_("Too many files are under way at once. Please let some finish first."))
    if len(kept) >= settings.UPLOAD_FILES_PER_SCOPE:
        raise TooMany(
            _("This request has as many files as it takes. Put several recordings into one file, or call us.")
        )
    same = Q(scope=sender.scope)
    if sender.holder:
        same |= Q(holder=sender.holder)
    opened = Upload.objects.filter(same, created_at__gt=timezone.now() - _HOUR).count()
    if opened >= settings.UPLOADS_PER_HOUR:
        raise TooMany(_("You began very many files in the last hour. Wait a while and go on."))


def _promised(upload: Upload) -> int:
    """What is still kept for an upload: little, and nothing once it has been silent for a while."""
    heard_at = upload.expires_at - timedelta(days=settings.UPLOAD_DAYS)
    if heard_at + PROMISED_FOR < timezone.now():
        return 0
    return min(_reckoned(upload) - upload.offset, PROMISE_BYTES)
