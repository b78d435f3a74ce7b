"""What an owner states of a camera, checked."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from apps.cameras.models import Camera, CatalogEntry
from apps.cameras.states import Funding, Recording
from apps.core import text
from apps.core.errors import InvalidInput
from apps.geo import Sector
from apps.specifications.answers import Clock, Premises

NAME_MAX = 80
NOTES_MAX = 2000
RETENTION_MAX_HOURS = 24 * 366
PICTURE_HEIGHT_MAX = 10_000
FRAME_RATE_MAX = 240.0


@dataclass(frozen=True, slots=True)
class Installation:
    """How the camera is made and mounted. Empty or None: not known, which is no answer and never a failure."""

    catalog_entry: CatalogEntry | None = None
    recording: str = ""
    picture_height: int | None = None
    frame_rate: float | None = None
    clock: str = ""
    night_view: bool | None = None
    records_sound: bool | None = None
    sign_posted: bool | None = None
    keeps_off_private: bool | None = None
    premises: str = ""
    funding: str = Funding.PRIVATE

    @classmethod
    def checked(cls, **values: Any) -> Installation:
        """Check each value: picture height in pixels, frame rate in pictures a second. Raises InvalidInput."""
        for name, choices in _CHOICES.items():
            if name in values:
                values[name] = _chosen(name, values[name], choices)
        for name in ("night_view", "records_sound", "sign_posted", "keeps_off_private"):
            if values.get(name) is not None and not isinstance(values[name], bool):
                raise _refusal(name, _("Answer yes or no, or leave it open."))
        _within(values, "picture_height", int, PICTURE_HEIGHT_MAX, _("Give the height of the picture in pixels."))
        _within(values, "frame_rate", int | float, FRAME_RATE_MAX, _("Give the pictures a second."))
        return cls(**values)

    def columns(self) -> dict[str, Any]:
        """The columns of Camera that hold it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def facts(self) -> dict[str, Any]:
        """What the ledger may show: which of them were stated, with their values; none speaks of a place."""
        known = {name: value for name, value in self.columns().items() if value not in (None, "")}
        if self.catalog_entry is not None:
            known["catalog_entry"] = str(self.catalog_entry.public_id)
        return known


@dataclass(frozen=True, slots=True)
class CameraDetails:
    """What an owner states of a camera, checked. Raises InvalidInput, with the field's name, when made."""

    name: str
    sector: Sector
    retention_hours: int
    notes: str = ""
    installation: Installation = field(default_factory=Installation)

    @classmethod
    def checked(
        cls,
        *,
        name: str,
        latitude: float,
        longitude: float,
        bearing: float,
        field_of_view: float,
        range_m: float,
        retention_hours: int,
        notes: str = "",
        **installation: Any,
    ) -> CameraDetails:
        """Check each value; the sector's fields are degrees and meters, the others those of `Installation`."""
        return cls(
            name=text.line(name, field="name", most=NAME_MAX),
            sector=Sector(latitude, longitude, bearing, field_of_view, range_m),
            retention_hours=_hours(retention_hours),
            notes=text.paragraphs(notes, field="notes", most=NOTES_MAX, required=False),
            installation=Installation.checked(**installation),
        )

    def columns(self) -> dict[str, Any]:
        """The columns of Camera that hold them; the sector's are `places.place_fields`."""
        return {
            "name": self.name,
            "notes": self.notes,
            "retention_hours": self.retention_hours,
            **self.installation.columns(),
        }

    def facts(self) -> dict[str, Any]:
        """What the ledger may show of them: neither place nor words."""
        return {"retention_hours": self.retention_hours, **self.installation.facts()}

    def private(self) -> dict[str, Any]:
        """What the ledger only commits to. s. 119.071(3)(a), F.S.: places on private property are confidential."""
        return {"name": self.name, "notes": self.notes, **asdict(self.sector)}


def assumed_values(*, field_of_view: float = 90, range_m: float = 18.288, retention_days: float = 7) -> dict[str, Any]:
    """What is taken for true of a new camera until somebody says more: a usual lens, 60 feet, a week of video."""
    return {
        "bearing": 0.0,
        "field_of_view": field_of_view,
        "range_m": round(range_m, 1),
        "retention_hours": round(retention_days * 24),
    }


def stated_values(camera: Camera) -> dict[str, Any]:
    """The camera as it stands, in the words that `CameraDetails.checked` takes: for changing some of them."""
    place = camera.place
    return {
        "name": camera.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "bearing": place.bearing,
        "field_of_view": place.field_of_view,
        "range_m": place.range_m,
        "retention_hours": camera.retention_hours,
        "notes": camera.notes,
        **{name: getattr(camera, name) for name in Installation.__dataclass_fields__},
    }


_CHOICES: dict[str, type[TextChoices]] = {
    "recording": Recording,
    "clock": Clock,
    "premises": Premises,
    "funding": Funding,
}


def _chosen(name: str, value: Any, choices: type[TextChoices]) -> str:
    if value not in ("", *choices.values) or (name == "funding" and not value):
        raise _refusal(name, _("Choose one of the answers."))
    return str(value)


def _within(values: dict[str, Any], name: str, kind: Any, most: float, sentence: str) -> None:
    value = values.get(name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, kind) or not math.isfinite(value) or not 0 < value <= most:
        raise _refusal(name, sentence)


def _hours(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= RETENTION_MAX_HOURS:
        raise _refusal(
            "retention_hours",
            _("Give the whole hours for which the recorder keeps video: at least one, at most a year."),
        )
    return value


def _refusal(name: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(name, sentence)
