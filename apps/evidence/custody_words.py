"""What each act on an item is called for people, and which acts its giver reads later, or never."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

# What each act means to somebody who reads the custody of an item. An act that is missing here shows its own name.
ACTS: dict[str, Any] = {
    "evidence_item.received": gettext_lazy("The file arrived complete."),
    "evidence_item.given_again": gettext_lazy("The giver gave it for another request too."),
    "evidence_item.sender_digest_stated": gettext_lazy("The sender's browser reported its own digest of the file."),
    "evidence_item.sender_note_stated": gettext_lazy("The sender said when the file begins, or wrote a note."),
    "evidence_item.hashed": gettext_lazy("The digest of the file was computed."),
    "evidence_item.sealed": gettext_lazy("The original was stored under its digest, read back and locked."),
    "evidence_item.seal_stuck": gettext_lazy("Sealing failed three times. The file is safe and waits for help."),
    "evidence_item.probed": gettext_lazy("The portal read how the recording is stored."),
    "evidence_item.poster_made": gettext_lazy("A picture of it was made."),
    "evidence_item.playable": gettext_lazy("A working copy that plays was made."),
    "evidence_item.unplayable": gettext_lazy("No working copy can be made. The original is kept."),
    "evidence_item.scanned": gettext_lazy("A virus scanner looked at the original."),
    "evidence_item.strip_made": gettext_lazy("A contact strip was made: still pictures from all of the film."),
    "evidence_item.remake_asked": gettext_lazy("The copies were asked to be made anew. The original is not touched."),
    "evidence_item.remake_failed": gettext_lazy("Making the copies anew failed. The earlier ones stay."),
    "evidence_item.retried": gettext_lazy("The failed step was asked to run again."),
    "evidence_item.viewed": gettext_lazy("The footage was viewed."),
    "evidence_item.replayed": gettext_lazy("Its giver played the file."),
    "evidence_item.original_downloaded": gettext_lazy("A copy of the original was taken."),
    "evidence_item.packaged": gettext_lazy("The file was read again, found as it was sealed, and put into a package."),
    "evidence_item.package_downloaded": gettext_lazy("A package with the file in it was downloaded."),
    "evidence_item.shared": gettext_lazy("The video was shared."),
    "evidence_item.shared_viewed": gettext_lazy("The video, which was shared, was viewed by whom it was shared with."),
    "evidence_item.shared_saved": gettext_lazy("A copy was saved by whom the video was shared with."),
    "evidence_item.excerpt_asked": gettext_lazy("A still or a clip of it was asked for."),
    "evidence_item.excerpt_made": gettext_lazy("A still or a clip was made from the sealed original."),
    "evidence_item.excerpt_failed": gettext_lazy("A still or a clip that was asked for cannot be made."),
    "evidence_item.excerpt_downloaded": gettext_lazy("A still or a clip of it was taken."),
    "evidence_item.redacted": gettext_lazy("A redacted copy was made from the sealed original and compared with it."),
    "evidence_item.redacted_downloaded": gettext_lazy("A redacted copy of it was taken."),
    "evidence_item.story_made": gettext_lazy("Stills of it went into a case story, which was saved."),
    "evidence_item.statement_opened": gettext_lazy("The signed statement about the video was read."),
    "evidence_item.accepted": gettext_lazy("The item was accepted as evidence."),
    "evidence_item.returned": gettext_lazy("The item was returned."),
    "evidence_item.restricted": gettext_lazy("The item was hidden from all but cleared colleagues."),
    "evidence_item.restriction_lifted": gettext_lazy("The restriction of the item was lifted."),
    "evidence_item.lock_extended": gettext_lazy("The store was told to keep the original locked for longer."),
    "evidence_item.hold_placed": gettext_lazy("A hold was placed on the item."),
    "evidence_item.hold_lifted": gettext_lazy("A hold on the item was lifted."),
    "evidence_item.hold_reviewed": gettext_lazy("A hold on the item was looked at again."),
    "evidence_item.disposal_proposed": gettext_lazy("A custodian proposed to dispose of the file."),
    "evidence_item.disposal_refused": gettext_lazy("The proposal to dispose of the file was refused."),
    "evidence_item.disposed": gettext_lazy("Two custodians disposed of the file under the retention schedule."),
    "evidence_item.objects_removed": gettext_lazy("The stored bytes of the file were removed."),
    "evidence_item.fixity_failed": gettext_lazy("The stored original was read again and is not what its digest says."),
}

# What a giver and the public do not read: a hold, a restriction, or a refusal to let an item go, tells of an
# investigation.
UNTOLD = frozenset(
    {
        "evidence_item.restricted",
        "evidence_item.restriction_lifted",
        "evidence_item.hold_placed",
        "evidence_item.hold_lifted",
        "evidence_item.hold_reviewed",
        "evidence_item.disposal_proposed",
        "evidence_item.disposal_refused",
    }
)

# Accesses, which a supervisor may have the giver told later.
LOOKS = frozenset(
    {
        "evidence_item.viewed",
        "evidence_item.excerpt_asked",
        "evidence_item.story_made",
        "evidence_item.excerpt_made",
        "evidence_item.excerpt_failed",
        "evidence_item.excerpt_downloaded",
        "evidence_item.redacted",
        "evidence_item.redacted_downloaded",
        "evidence_item.original_downloaded",
        "evidence_item.statement_opened",
        "evidence_item.packaged",
        "evidence_item.package_downloaded",
    }
)
