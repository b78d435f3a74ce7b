"""What may be opened at all: containers, decoders and protocols. Shared by the probe and by ffmpeg's command lines.

Whatever points to other files (HLS, DASH, concat, image sequences) is missing on purpose. The decoders are those that
security recorders and phones write; rare ones are missing on purpose too, because they are where decoders break.
"""

from __future__ import annotations

import re

PROTOCOLS = "file"

# Demuxer names of libavformat; a demuxer is allowed if one of its names is listed.
DEMUXERS = (
    "mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "asf", "flv", "dhav",
    "h264", "hevc", "m4v", "mpegvideo", "mjpeg",
)  # fmt: skip

# The same for recordings of sound alone, such as telephone calls. Films are never opened with these.
SOUND_DEMUXERS = (
    "wav", "w64", "mp3", "ogg", "flac", "amr", "aac", "aiff", "caf", "au",
    "mov", "mp4", "matroska", "webm", "asf", "avi", "mpegts", "mpeg", "flv",
)  # fmt: skip

# Decoder names of libavcodec.
VIDEO_DECODERS = (
    "h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "h263", "h263p",
    "flv", "msmpeg4", "msmpeg4v1", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "dvvideo",
)  # fmt: skip
AUDIO_DECODERS = (
    "aac", "mp3", "mp3float", "mp2", "mp2float", "ac3", "eac3", "opus", "libopus", "vorbis", "flac",
    "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_u8", "pcm_mulaw", "pcm_alaw", "adpcm_ima_wav", "adpcm_ms",
    "g726", "g726le", "g723_1", "amrnb", "wmav1", "wmav2", "wmapro", "gsm_ms",
)  # fmt: skip
# The same codecs by the name of the codec, which differs from the decoder's for some.
VIDEO_CODECS = frozenset(VIDEO_DECODERS) | {"flv1", "msmpeg4v3"}

HEAD = 4096  # bytes from the beginning that tell what a file is
MOST_STREAMS = 32
MOST_PIXELS = 8192 * 4320

# How a file name's ending promises a container.
NAMES_OF_CONTAINERS = {
    "mov": {"mp4", "m4v", "mov", "3gp", "3g2", "qt", "f4v"},
    "matroska": {"mkv", "webm"},
    "avi": {"avi", "divx"},
    "mpegts": {"ts", "m2ts", "mts", "tp"},
    "mpeg": {"mpg", "mpeg", "vob", "ps"},
    "asf": {"asf", "wmv"},
    "flv": {"flv"},
    "dhav": {"dav"},
    "h264": {"h264", "264", "avc"},
    "hevc": {"h265", "265", "hevc"},
    "mjpeg": {"mjpg", "mjpeg"},
}
VIDEO_ENDINGS = frozenset().union(*NAMES_OF_CONTAINERS.values())


def input_options() -> dict[str, str]:
    """libavformat's options for opening a file that nobody vouches for."""
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": ",".join(DEMUXERS),
        "codec_whitelist": ",".join((*VIDEO_DECODERS, *AUDIO_DECODERS)),
    }


def sound_options() -> dict[str, str]:
    """The same for a recording of sound."""
    return {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": ",".join(SOUND_DEMUXERS),
        "codec_whitelist": ",".join((*VIDEO_DECODERS, *AUDIO_DECODERS)),
    }


def decoder_options() -> dict[str, str]:
    """libavcodec's options for decoding its pictures."""
    return {"max_pixels": str(MOST_PIXELS)}


_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"#EXTM3U", "playlist"),
    (b"ffconcat", "playlist"),
    (b"[playlist]", "playlist"),
    (b"[Reference]", "playlist"),
    (b"RTSPtext", "playlist"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!\x1a", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"%PDF-", "document"),
    (b"\xd0\xcf\x11\xe0", "document"),
)
# Brands by which the family of HEIF (HEIC, AVIF) says what it is, at the eighth byte.
HEIF = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_SOUND_STARTS = (b"ID3", b"OggS", b"fLaC", b"#!AMR", b"caff", b".snd", b"riff\x2e\x91\xcf\x11")
_PLAYLIST_TEXT = re.compile(rb"<(MPD|smil|asx|SmoothStreamingMedia)[\s>]", re.IGNORECASE)
_DOCUMENT_TEXT = re.compile(rb"^\s*<(!doctype|html|svg|\?xml)", re.IGNORECASE)


def looks_like(head: bytes) -> str:
    """What the first bytes say the file is, if it is no video: a code of `errors.REASONS`, or "" if it may be one."""
    if not head:
        return "empty"
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"#!AMR"):
        return ""  # speech; the next lines would take it for a script
    for start, what in _STARTS:
        if head.startswith(start) or (what == "playlist" and plain.startswith(start)):
            return what
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF:
        return "heic"
    if _is_text(head):
        if _PLAYLIST_TEXT.search(head) or re.search(rb"^file\s+\S", plain):
            return "playlist"
        return "document" if _DOCUMENT_TEXT.match(plain) else "text"
    return ""


def begins_like_sound(head: bytes) -> bool:
    """Whether the first bytes are those of a recording of sound."""
    if head.startswith(_SOUND_STARTS):
        return True
    if head[:4] in (b"RIFF", b"RF64", b"FORM") and head[8:12] in (b"WAVE", b"AIFF", b"AIFC"):
        return True
    # A frame of MPEG audio or of AAC: twelve or eleven set bits, and values that are in use.
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[2] < 0xF0


def is_office_document(head: bytes) -> bool:
    """Whether an archive is a document of an office program, by the name of its first file."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return name in (b"[Content_Types].xml", b"mimetype", b"_rels/.rels")


def _is_text(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        words = head[: len(head) // 2 * 2].decode("utf-16", "replace")
        return sum(letter.isprintable() or letter.isspace() for letter in words) > 0.9 * len(words)
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return b"\x00" not in head and control == 0
