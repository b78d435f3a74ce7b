"""A PMTiles archive (version 3) opened with care: what it says about its own sizes is only a claim."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from apps.streets.ways import StreetsUnreadable, unreadable

_HEADER_BYTES = 127
_DIRECTORY_MOST = 1_000_000  # unpacked: tens of thousands of tiles
_DIRECTORIES_KEPT = 4
_UNPACKED_MOST = 2_000_000_000  # of all tiles
_TILE_MOST = 8_000_000
_METADATA_MOST = 4_000_000
_DEPTH_MOST = 4  # of directories; the format's own readers go no deeper
_GZIP = 16 + zlib.MAX_WBITS
# A number of more than ten bytes is none that the format has, and takes for ever to add up.
_ENDLESS = re.compile(rb"[\x80-\xff]{10}")


class Archive:
    """The vector tiles of one file. Raises StreetsUnreadable for what is damaged, or holds something else."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._left = file, size, _UNPACKED_MOST
        self._directories: dict[tuple[int, int], list[Entry]] = {}
        self.header = self._header()

    @property
    def metadata(self) -> dict[str, Any]:
        """What the archive says of itself."""
        packed = self._at(self.header["metadata_offset"], self.header["metadata_length"], _METADATA_MOST)
        try:
            said = json.loads(_unpacked(packed, _METADATA_MOST) or b"{}")
        except (ValueError, RecursionError):
            raise damaged() from None
        return said if isinstance(said, dict) else {}

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        """A tile, unpacked; empty where the archive has none."""
        wanted = zxy_to_tileid(zoom, x, y)
        offset, length = self.header["root_offset"], self.header["root_length"]
        for _depth in range(_DEPTH_MOST):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return b""
            if entry.run_length:
                packed = self._at(self.header["tile_data_offset"] + entry.offset, entry.length, _TILE_MOST)
                plain = self.header["tile_compression"] == Compression.NONE
                return self._counted(packed if plain else _unpacked(packed, _TILE_MOST))
            offset, length = self.header["leaf_directory_offset"] + entry.offset, entry.length
        raise damaged()  # directories that lead to each other

    def _header(self) -> HeaderDict:
        try:
            header = deserialize_header(self._at(0, _HEADER_BYTES, _HEADER_BYTES))
        except (MagicNumberNotFound, UnicodeDecodeError):
            raise unreadable(_("This file is no PMTiles archive, whatever its name says.")) from None
        except SpecVersionUnsupported:
            raise unreadable(
                _("This PMTiles archive is not of version 3. Convert it with the pmtiles program.")
            ) from None
        except ValueError:  # a compression or a kind of tile that the format does not have
            raise damaged() from None
        if header["tile_type"] != TileType.MVT:
            raise unreadable(_("This archive holds pictures or another kind of tile. Vector tiles (MVT) are needed."))
        if header["internal_compression"] != Compression.GZIP or header["tile_compression"] not in (
            Compression.GZIP,
            Compression.NONE,
        ):
            raise unreadable(_("This archive is not compressed with gzip. Make it again with the pmtiles program."))
        return header

    def _directory(self, offset: int, length: int) -> list[Entry]:
        known = self._directories.get((offset, length))
        if known is not None:
            return known
        packed = self._at(offset, length, _DIRECTORY_MOST)
        if _ENDLESS.search(_unpacked(packed, _DIRECTORY_MOST)):
            raise damaged()
        try:
            found = deserialize_directory(packed)
        except (EOFError, IndexError, OSError, ValueError, zlib.error):
            raise damaged() from None
        if len(self._directories) >= _DIRECTORIES_KEPT:
            self._directories.clear()
        self._directories[offset, length] = found
        return found

    def _counted(self, tile: bytes) -> bytes:
        self._left -= len(tile)
        if self._left < 0:
            raise unreadable(
                _("Around the city this archive holds more than 2 GB of tiles. Cut it to your county first.")
            )
        return tile

    def _at(self, offset: int, length: int, most: int) -> bytes:
        if not 0 <= offset <= offset + length <= self._size or length > most:
            raise damaged()
        self._file.seek(offset)
        found = self._file.read(length)
        if len(found) < length:
            raise damaged()
        return found


def opened(path: Path) -> Iterator[Archive]:
    """The archive, closed at the end; for `contextlib.contextmanager`."""
    with path.open("rb") as file:
        yield Archive(file, path.stat().st_size)


def damaged() -> StreetsUnreadable:
    """The refusal of a file that contradicts itself."""
    return unreadable(_("This PMTiles archive is damaged or cut off. Download it again."))


def _unpacked(packed: bytes, most: int) -> bytes:
    """Of one gzip stream, and no byte more than `most`."""
    if not packed:
        return b""
    stream = zlib.decompressobj(_GZIP)
    try:
        found = stream.decompress(packed, most + 1)
    except zlib.error:
        raise damaged() from None
    if len(found) > most or not stream.eof or stream.unused_data:
        raise damaged()
    return found
