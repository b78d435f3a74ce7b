"""What a redaction takes out, as a value: regions with their key frames, muted spans, and the ground of each.

It is stored and digested as one document, so that what a second reader signs is what is rendered, to the letter.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import text
from apps.core.errors import InvalidInput
from apps.media.boxes import Box, KeyFrame
from apps.redaction.exemptions import OTHER, exemption_of

REGIONS_MOST, FRAMES_MOST, MUTES_MOST = 200, 5000, 200
WHAT_MAX, CITATION_MAX = 200, 60


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is taken out. `exemption` is a code of the list, empty while nobody chose one."""

    what: str = ""
    exemption: str = ""
    citation: str = ""

    @property
    def is_given(self) -> bool:
        """Whether a statute is cited (s. 119.07(1)(e), F.S.)."""
        return bool(self.citation)


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the pictures, with the boxes that somebody drew, in the order of their pictures."""

    id: str
    ground: Ground
    frames: tuple[KeyFrame, ...]


@dataclass(frozen=True, slots=True)
class Mute:
    """Sound that is taken out, from the begin of one picture to the end of another."""

    id: str
    ground: Ground
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Film:
    """The pictures in which boxes are drawn: how large they are, and how many."""

    width: int
    height: int
    pictures: int


@dataclass(frozen=True, slots=True)
class RedactionPlan:
    """All that one redaction takes out."""

    regions: tuple[Region, ...] = ()
    mutes: tuple[Mute, ...] = ()

    @classmethod
    def read(cls, data: Any, film: Film) -> RedactionPlan:
        """From the JSON that a page sent. Raises InvalidInput for what makes no sense, or is not within the film."""
        if not isinstance(data, dict):
            raise _nonsense()
        regions = [_region(one, film) for one in _listed(data, "regions", REGIONS_MOST)]
        mutes = [_mute(one, film) for one in _listed(data, "mutes", MUTES_MOST)]
        ids = [*(one.id for one in regions), *(one.id for one in mutes)]
        if len(set(ids)) != len(ids):
            raise _nonsense()
        if sum(len(one.frames) for one in regions) > FRAMES_MOST:
            raise InvalidInput(_("A redaction has at most %(n)d drawn boxes.") % {"n": FRAMES_MOST})
        return cls(tuple(regions), tuple(mutes))

    def to_json(self) -> dict[str, Any]:
        """Plain values, which `read` reads back."""
        return {
            "regions": [
                {
                    "id": one.id,
                    **_ground_json(one.ground),
                    "frames": [[frame.picture, list(frame.box), frame.ends] for frame in one.frames],
                }
                for one in self.regions
            ],
            "mutes": [
                {"id": one.id, **_ground_json(one.ground), "first": one.first, "last": one.last} for one in self.mutes
            ],
        }

    @property
    def canonical(self) -> str:
        """The document as it is stored and digested."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the document, hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def boxes(self) -> int:
        """How many boxes were drawn."""
        return sum(len(one.frames) for one in self.regions)

    @property
    def grounds(self) -> list[Ground]:
        """The ground of each removal."""
        return [*(one.ground for one in self.regions), *(one.ground for one in self.mutes)]

    @property
    def without_ground(self) -> int:
        """How many removals cite no statute yet."""
        return sum(not one.is_given for one in self.grounds)

    @property
    def statutes(self) -> list[str]:
        """The statutes that are cited, each once."""
        return list(dict.fromkeys(one.citation for one in self.grounds if one.is_given))


def _listed(data: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _nonsense()
    if len(rows) > most:
        raise InvalidInput(_("A redaction takes out at most %(n)d things of one kind.") % {"n": most})
    return rows


def _region(data: dict[str, Any], film: Film) -> Region:
    rows = data.get("frames")
    if not isinstance(rows, list) or not rows or len(rows) > FRAMES_MOST:
        raise _nonsense()
    frames = tuple(_frame(row, film) for row in rows)
    pictures = [one.picture for one in frames]
    if pictures != sorted(set(pictures)):
        raise _nonsense()
    return Region(_id(data), _ground(data), frames)


def _frame(row: Any, film: Film) -> KeyFrame:
    if not isinstance(row, list) or len(row) != 3 or not isinstance(row[1], list) or len(row[1]) != 4:
        raise _nonsense()
    picture, box, ends = _picture(row[0], film), Box(*map(_whole, row[1])), row[2]
    inside = box.left >= 0 and box.top >= 0 and box.right <= film.width and box.bottom <= film.height
    if not inside or box.width < 1 or box.height < 1 or type(ends) is not bool:
        raise InvalidInput(_("A box has to lie within the picture."))
    return KeyFrame(picture, box, ends)


def _mute(data: dict[str, Any], film: Film) -> Mute:
    first, last = _picture(data.get("first"), film), _picture(data.get("last"), film)
    if last < first:
        raise InvalidInput.about("last", _("The last picture lies before the first one."))
    return Mute(_id(data), _ground(data), first, last)


def _picture(value: Any, film: Film) -> int:
    picture = _whole(value)
    if not 0 <= picture < film.pictures:
        raise InvalidInput(_("The video has no picture of that number."))
    return picture


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > 10**9:
        raise _nonsense()
    return value


def _id(data: dict[str, Any]) -> str:
    try:
        return str(UUID(data.get("id", "")))
    except (ValueError, AttributeError, TypeError) as error:
        raise _nonsense() from error


def _ground(data: dict[str, Any]) -> Ground:
    """A ground that is not chosen yet is none; one of the list brings its own citation."""
    what = text.line(data.get("what", ""), field="what", most=WHAT_MAX, required=False)
    code = data.get("exemption", "")
    if code == "":
        return Ground(what)
    found = exemption_of(code) if isinstance(code, str) else None
    if found is None:
        raise InvalidInput.about("exemption", _("Choose the statute that keeps this back."))
    cited = data.get("citation", "") if code == OTHER else found.citation
    return Ground(what, code, text.line(cited, field="citation", most=CITATION_MAX, required=False))


def _ground_json(ground: Ground) -> dict[str, str]:
    return {"what": ground.what, "exemption": ground.exemption, "citation": ground.citation}


def _nonsense() -> InvalidInput:
    return InvalidInput(_("The page sent boxes that cannot be read. Load it again."))
