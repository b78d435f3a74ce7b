"""From the connection to the disk: the loop that every byte of a video goes through.

What is promised: the offset in the database only ever names bytes that were fsynced before; it advances at least every
UPLOAD_COMMIT_BYTES or UPLOAD_COMMIT_S and whenever the connection ends, however it ends; while bytes are read no
database connection is held.
"""

from __future__ import annotations

import errno
import logging
import mmap
import os
import time

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from apps.core.errors import Stale
from apps.uploads import services, staging
from apps.uploads.body import Body, Silent
from apps.uploads.errors import BadChecksum, Gone, NoSpace, TooLarge, TooSlow
from apps.uploads.locks import WriteLock
from apps.uploads.models import Upload
from apps.uploads.room import check_growth, is_short
from apps.uploads.tus import Checksum
from apps.uploads.writeback import STEP_BYTES, start_writing

logger = logging.getLogger(__name__)

BLOCK_BYTES = 1024 * 1024
# How often a sender that is silent gives us time to see that somebody else wants to write.
_SLICE_S = 0.25
# A sender that still sends may go on for so long after it was asked to stop.
_GRACE_S = 1.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def release_connection() -> None:
    """Give the database connection back before bytes are read, unless a caller's transaction needs it."""
    if not connection.in_atomic_block:
        connection.close()


class Receiving:
    """One request's bytes on their way into one upload. The caller holds `lock` and has just read `upload`.

    After `run`, `upload.offset` is what is committed. Raises TooLarge, NoSpace, TooSlow, BadChecksum, Stale (another
    connection took over), CutOff; what came before is kept, except that a checksum's bytes count all or not at all.
    """

    def __init__(self, *, upload: Upload, lock: WriteLock, body: Body, checksum: Checksum | None = None) -> None:
        self._upload = upload
        self._lock = lock
        self._body = body
        self._checksum = checksum
        self._hasher = checksum.hasher() if checksum else None
        self._written = self._pushed = upload.offset
        self._fd = -1
        self._committed_at = self._heard_at = self._window_at = time.monotonic()
        self._window_bytes = 0
        self._most = settings.UPLOAD_MAX_BYTES if upload.length is None else upload.length
        self._asked_at: float | None = None

    def run(self) -> None:
        """Receive until the body ends; commit what came."""
        release_connection()
        self._fd = self._open()
        try:
            try:
                self._pump()
            except (TooLarge, BadChecksum):
                raise
            except BaseException:
                # However it ends, what came counts; only a checksum that was never compared voids its bytes.
                if self._checksum is None:
                    self._commit()
                raise
            self._compare_checksum()
            self._commit()
        finally:
            os.close(self._fd)

    def _open(self) -> int:
        path = staging.path_of(self._upload)
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Gone(_("This upload is no longer here. Please start it again.")) from None
        size = os.fstat(fd).st_size
        if size < self._upload.offset:
            os.close(fd)
            logger.error("Upload %s holds fewer bytes than were committed.", self._upload.public_id)
            raise Gone(_("This upload is damaged. Please start it again."))
        if size > self._upload.offset:
            # Bytes that were written but never committed: nobody was told of them.
            os.ftruncate(fd, self._upload.offset)
        os.lseek(fd, self._upload.offset, os.SEEK_SET)
        return fd

    def _pump(self) -> None:
        # Anonymous memory is only real where bytes were put: a slow line does not cost a whole block.
        block = memoryview(mmap.mmap(-1, BLOCK_BYTES))
        while True:
            self._check_pace(time.monotonic())
            try:
                count = self._body.receive_into(block, _SLICE_S)
            except Silent:
                if self._lock.asked_to_stop():
                    self._give_way()
                continue
            if count == 0:
                return
            self._heard_at = time.monotonic()
            self._write(block[:count])
            self._mind_newcomers()
            self._commit_when_due()

    def _check_pace(self, now: float) -> None:
        if now - self._heard_at > settings.UPLOAD_SILENCE_S:
            raise TooSlow(_("Nothing came for too long. What came is kept; please resume."))
        if now - self._window_at > settings.UPLOAD_RATE_WINDOW_S:
            if self._window_bytes < settings.UPLOAD_MIN_RATE * (now - self._window_at):
                raise TooSlow(_("The line is too slow. What came is kept; please resume."))
            self._window_at, self._window_bytes = now, 0

    def _write(self, piece: memoryview) -> None:
        if self._written + len(piece) > self._most:
            raise TooLarge(_("More came than was declared."))
        if self._hasher is not None:
            self._hasher.update(piece)
        rest = piece
        while rest:
            try:
                count = os.write(self._fd, rest)
            except OSError as error:
                if error.errno in _FULL:
                    raise NoSpace(_("The portal's disk is full. What came is kept; please resume later.")) from error
                raise
            self._written += count
            rest = rest[count:]
        if self._written - self._pushed >= STEP_BYTES:
            start_writing(self._fd, self._pushed, self._written - self._pushed)
            self._pushed = self._written
        self._window_bytes += len(piece)

    def _mind_newcomers(self) -> None:
        if self._asked_at is None:
            if self._lock.asked_to_stop():
                self._asked_at = time.monotonic()
        elif time.monotonic() - self._asked_at > _GRACE_S:
            if self._lock.asked_to_stop():
                self._give_way()
            self._asked_at = None

    def _give_way(self) -> None:
        raise Stale(_("Another connection goes on with this file."))

    def _commit_when_due(self) -> None:
        if self._checksum is not None:
            return
        waiting = self._written - self._upload.offset
        if waiting >= settings.UPLOAD_COMMIT_BYTES or (
            waiting and time.monotonic() - self._committed_at >= settings.UPLOAD_COMMIT_S
        ):
            self._commit()
            release_connection()

    def _commit(self) -> None:
        self._committed_at = time.monotonic()
        if self._written == self._upload.offset:
            return
        try:
            os.fdatasync(self._fd)
        except OSError as error:
            # The kernel may have dropped pages: nothing since the last commit counts, the sender sends it again.
            logger.error("fsync of upload %s failed: %s", self._upload.public_id, error.strerror)
            raise NoSpace(_("The portal could not store the last part. Please resume later.")) from error
        services.commit_offset(upload=self._upload, offset=self._written)
        if not self._upload.is_complete and is_short():
            raise NoSpace(_("The portal's disk is full. What came is kept; please resume later."))
        if self._upload.length is None:
            check_growth(self._upload)

    def _compare_checksum(self) -> None:
        if self._hasher is not None and self._checksum is not None and self._hasher.digest() != self._checksum.digest:
            raise BadChecksum(_("A part of the file was damaged on the way. Please send it again."))


def receive(*, upload: Upload, lock: WriteLock, body: Body, checksum: Checksum | None = None) -> None:
    """Receive one request's bytes into `upload`, and finish it if these were the last. Raises what Receiving raises."""
    try:
        Receiving(upload=upload, lock=lock, body=body, checksum=checksum).run()
    finally:
        if upload.is_complete:
            services.finish_upload(upload=upload, held=lock)
