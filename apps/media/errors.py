"""How reading a video ends badly. Each error carries a `code` for records and a sentence for people.

`Undecodable` is final: trying again changes nothing. The others may be tried again.
"""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "empty": _("The file is empty."),
    "text": _("The file holds text, not video."),
    "playlist": _("The file is a playlist that points to other files. It holds no video of its own."),
    "picture": _("The file is a still picture, not a video."),
    "picture_format": _("The photograph is in a format that the portal does not draw. It draws JPEG, PNG and WebP."),
    "no_preview": _(
        "The file is a document for which there is no safe preview: no confined program here draws this kind, or it is "
        "protected by a password."
    ),
    "no_sound": _("The file holds no sound."),
    "sound_codec": _("The sound is stored in a way that the portal does not read."),
    "damaged_sound": _("The beginning of the sound could not be read. The file may be damaged."),
    "heic": _("The picture is in the HEIC format, which the portal does not read."),
    "archive": _("The file is an archive. It was kept as it is and not unpacked."),
    "program": _("The file is a program, such as a player that some recorders export. It was kept and never run."),
    "document": _("The file is a document, not a video."),
    "sound_only": _("The file holds sound, but no pictures."),
    "no_video": _("The file holds no pictures."),
    "cut": _("The file ends before its table of contents. It was probably cut off while it was being copied."),
    "codec": _("The pictures are stored in a way that the portal does not read."),
    "encrypted": _("The video is encrypted."),
    "external": _("The video refers to other files, which are not part of it."),
    "too_many_tracks": _("The file has more tracks than the portal reads."),
    "picture_too_large": _("The pictures are larger than the portal reads."),
    "damaged": _("None of the first pictures could be read. The file may be damaged."),
    "memory": _("Reading the file needs more memory than is allowed."),
    "crashed": _("The decoder crashed on this file."),
    "output_too_large": _("The working copy would be larger than is allowed."),
    "no_result": _("The decoder made nothing from this file that plays."),
    "odd_turn": _("The file says that its pictures are to be turned by an odd angle."),
    "no_fill": _("In some picture a box covers every color there is, so no fill would differ from it everywhere."),
    "other_film": _("The working copy in which boxes were drawn does not show the pictures of the original."),
    "not_proven": _("The finished copy was compared with the original, and something in a box shows through."),
    "unknown_format": _("No decoder here knows this format. The recorder's own player may open it."),
    "time": _("Reading the file took longer than is allowed."),
    "slice": _("It takes long and goes on after others have had their turn."),
    "killed": _("The decoder was stopped from outside before it had finished."),
    "unconfined": _("Videos are not opened, because this computer cannot confine the decoder."),
    "launch": _("The decoder could not be started."),
}

# What is odd about a file that can be read all the same.
NOTES: dict[str, Any] = {
    "name_differs": _("The file's name says one format, its content is another."),
    "attachments": _("The file carries other files inside. They were not taken out."),
    "more_video": _("The file has more than one picture track. The working copy shows the first."),
    "no_duration": _("The file does not say how long it is."),
    "test_signature": _("The file contains the signature that virus scanners use for tests."),
    "changing_size": _("The pictures change their size."),
    "damaged_start": _("Some of the first pictures could not be read."),
    "text_cut": _("The text is long. The preview shows its beginning; the original has all of it."),
    "incomplete": _("The video ends earlier than the file says. It was probably cut off."),
}


class MediaError(Exception):
    """Base of what this app raises. `code` is one of `REASONS`; `reason` is its sentence, translated when shown."""

    default_code = "no_result"

    def __init__(self, code: str = "", *, detail: str = "") -> None:
        self.code = code if code in REASONS else self.default_code
        self.detail = detail
        super().__init__(self.code, detail)

    @property
    def reason(self) -> Any:
        """A sentence for people; never contains anything that came out of the file."""
        return REASONS[self.code]

    def __str__(self) -> str:
        return str(self.reason)


class Undecodable(MediaError):
    """No decoder of ours makes anything of this file, now or later. Not retried."""

    default_code = "unknown_format"

    def __init__(self, code: str = "", *, detail: str = "", name_differs: bool = False) -> None:
        super().__init__(code, detail=detail)
        self.name_differs = name_differs

    @property
    def reason(self) -> Any:
        """The sentence, and a second one where the file's name promised a video."""
        if self.name_differs:
            return format_lazy("{} {}", REASONS[self.code], NOTES["name_differs"])
        return REASONS[self.code]


class Unconfined(MediaError):
    """The confinement cannot be had here, so nothing is decoded (invariant: no confinement, no decoding)."""

    default_code = "unconfined"


class MediaTimeout(MediaError):
    """The run took longer than its limit."""

    default_code = "time"


class SliceOver(MediaError):
    """The run used up its first slice and nobody let it go on. Says nothing about the file."""

    default_code = "slice"


class MediaInterrupted(MediaError):
    """The run was killed from outside (out of memory, shutdown) or could not start. May be tried again."""

    default_code = "killed"
