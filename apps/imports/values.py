"""From a cell to a value: units, compass words, yes and no, choices by their names in either language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from apps.imports.columns import normalized

FEET = 0.3048
ALL_ROUND = -1.0
_YES = {"yes", "y", "true", "t", "1", "x", "si", "s", "verdadero", "on"}
_NO = {"no", "n", "false", "f", "0", "falso", "off", "none", "ninguno"}
_UNKNOWN = {
    "unknown",
    "not known",
    "not sure",
    "unsure",
    "i do not know",
    "dont know",
    "desconocido",
    "no se",
    "no se sabe",
}
_POINTS = ("n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw")
_ENGLISH = {"north": "n", "east": "e", "south": "s", "west": "w"}
_SPANISH = {"noreste": "ne", "nordeste": "ne", "sureste": "se", "sudeste": "se", "suroeste": "sw", "sudoeste": "sw",
            "noroeste": "nw", "norte": "n", "sur": "s", "este": "e", "oeste": "w"}  # fmt: skip
_SPANISH_POINTS = {"o": "w", "so": "sw", "no": "nw", "nno": "nnw", "sso": "ssw", "oso": "wsw", "ono": "wnw"}
_ALL_ROUND_WORDS = {"all", "all round", "all around", "omni", "dome", "fisheye", "todo", "todas"}
# What a spreadsheet runs, also behind spaces, signs without width, or in the wide forms that it folds into the others.
_FORMULA = re.compile(r"(?:[\s\u200b-\u200d\u2060\ufeff]*[=+\-@＝＋－＠])|[\t\r\n]")
_WITH_UNIT = re.compile(r"\s*([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*([^\d\s].*)?", re.S)
_LENGTHS = {"ft": FEET, "feet": FEET, "foot": FEET, "pies": FEET, "pie": FEET, "m": 1.0, "meters": 1.0, "metres": 1.0,
            "metros": 1.0, "metro": 1.0, "meter": 1.0, "metre": 1.0, "yd": 0.9144, "yards": 0.9144}  # fmt: skip
_TIMES = {"h": 1.0, "hr": 1.0, "hrs": 1.0, "hour": 1.0, "hours": 1.0, "hora": 1.0, "horas": 1.0, "d": 24.0, "day": 24.0,
          "days": 24.0, "dia": 24.0, "dias": 24.0, "week": 168.0, "weeks": 168.0, "semana": 168.0, "semanas": 168.0,
          "month": 720.0, "months": 720.0, "mes": 720.0, "meses": 720.0}  # fmt: skip
_DEGREES = re.compile(
    r"""\s*(\d{1,3})\s*[°ºd]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′m]\s*)?"""
    r"""(?:(\d{1,2}(?:\.\d+)?)\s*(?:["″s]|'')\s*)?([NSEWO])?\s*""",
    re.I,
)


class CellProblem(Exception):
    """A cell that is not what its column says; `code` is one of `problems.SENTENCES`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def unguarded(cell: str) -> str:
    """The cell without the sign that our export sets before what a spreadsheet would run as a formula."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell.lstrip("'")) else cell


def guarded(cell: str) -> str:
    """The cell as an export writes it: a spreadsheet shows it as text. Numbers stay numbers."""
    bare = cell.lstrip("'")
    if not _FORMULA.match(bare):
        return cell
    if bare == cell and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell):
        return cell
    return f"'{cell}"


def number(cell: str) -> float:
    """A finite number; a comma may be the decimal sign."""
    text = cell.strip().rstrip("°º%").strip().replace("−", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        value = float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CellProblem("not_a_number")
    return value


def coordinate(cell: str) -> float:
    """Degrees, as a number or as degrees, minutes and seconds with a letter."""
    if (found := _DEGREES.fullmatch(cell)) and (found[4] or found[2]):
        value = int(found[1]) + float(found[2] or 0) / 60 + float(found[3] or 0) / 3600
        return -value if (found[4] or "").upper() in ("S", "W", "O") else value
    if (lettered := re.fullmatch(r"\s*([\d.,]+)\s*°?\s*([NSEW])\s*", cell, re.I)) is not None:
        value = number(lettered[1])
        return -value if lettered[2].upper() in ("S", "W") else value
    return number(cell)


def coordinates(cell: str) -> tuple[float, float]:
    """Latitude and longitude of one cell: “30.44, -84.28”, also in brackets or as POINT (longitude latitude)."""
    if point := re.fullmatch(r"\s*POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(\s+\S+)?\s*\)\s*", cell, re.I):
        return number(point[2]), number(point[1])
    parts = [part for part in re.split(r"[;,\s]+", cell.strip().strip("()[]").strip()) if part]
    if len(parts) != 2:
        raise CellProblem("not_coordinates")
    return coordinate(parts[0]), coordinate(parts[1])


def bearing(cell: str) -> float:
    """Degrees clockwise from north, from a number or a compass word in English or Spanish; or ALL_ROUND."""
    words = normalized(cell)
    if words in _ALL_ROUND_WORDS:
        return ALL_ROUND
    letters = words.replace(" ", "").removesuffix("facing").removesuffix("bound")
    for word, point in {**_SPANISH, **_ENGLISH}.items():
        letters = letters.replace(word, point)
    letters = _SPANISH_POINTS.get(letters, letters)
    if letters in _POINTS:
        return _POINTS.index(letters) * 22.5
    try:
        value = number(cell)
    except CellProblem as error:
        raise CellProblem("not_a_direction") from error
    if not -360 <= value <= 360:
        raise CellProblem("not_a_direction")
    return value % 360


def meters(cell: str, unit: str) -> float:
    """A length in meters; the cell's own unit goes before that of the column."""
    value, own = _with_unit(cell, _LENGTHS)
    return value if (factor := own or _LENGTHS[unit]) == 1.0 else round(value * factor, 2)


def hours(cell: str, unit: str) -> int:
    """Whole hours; the cell's own unit goes before that of the column."""
    value, own = _with_unit(cell, _TIMES)
    return round(value * (own or _TIMES[unit]))


def yes(cell: str) -> bool:
    """Yes or no in English or Spanish."""
    word = normalized(cell)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellProblem("not_yes_or_no")


def is_unknown(cell: str) -> bool:
    """Whether the cell says in words that something is not known, in English or Spanish."""
    return normalized(cell) in _UNKNOWN


def choice(cell: str, choices: type[TextChoices], more: dict[str, str] | None = None) -> str:
    """A value of the choices, given by itself or by its label in any of the portal's languages."""
    word = normalized(cell)
    known = {normalized(name): value for name, value in (more or {}).items()}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {normalized(str(label)): str(value) for value, label in choices.choices}
    known |= {normalized(str(value)): str(value) for value in choices.values}
    if word not in known:
        with translation.override(None):
            raise CellProblem("not_a_choice", choices=", ".join(_listed(choices)))
    return known[word]


def _listed(choices: type[TextChoices]) -> Iterable[str]:
    return [str(value) for value in choices.values]


def _with_unit(cell: str, units: dict[str, float]) -> tuple[float, float | None]:
    found = _WITH_UNIT.fullmatch(cell)
    if found is None:
        raise CellProblem("not_a_number")
    value, unit = number(found[1]), normalized(found[2] or "")
    if (found[2] or "").strip() in ("'", "′", "ft.", "'."):
        unit = "ft"
    if unit and unit not in units:
        raise CellProblem("unknown_unit")
    return value, units[unit] if unit else None
