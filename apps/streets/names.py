"""Names of streets as people type them, and as they are compared: small letters, whole words, no accents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

DIRECTIONS = {
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "northeast",
    "nw": "northwest",
    "se": "southeast",
    "sw": "southwest",
}
# What the Postal Service (Publication 28, appendix C1) and GIS offices write, and what people type.
TYPES = {
    "al": "alley",
    "aly": "alley",
    "av": "avenue",
    "ave": "avenue",
    "bl": "boulevard",
    "blvd": "boulevard",
    "byp": "bypass",
    "cir": "circle",
    "cr": "circle",
    "ct": "court",
    "cv": "cove",
    "dr": "drive",
    "expy": "expressway",
    "fwy": "freeway",
    "hts": "heights",
    "hwy": "highway",
    "ln": "lane",
    "lp": "loop",
    "mnr": "manor",
    "pkwy": "parkway",
    "pky": "parkway",
    "pl": "place",
    "plz": "plaza",
    "rd": "road",
    "rdg": "ridge",
    "rte": "route",
    "rt": "route",
    "sq": "square",
    "st": "street",
    "str": "street",
    "ter": "terrace",
    "terr": "terrace",
    "tr": "trail",
    "trl": "trail",
    "vw": "view",
    "wy": "way",
    "xing": "crossing",
}
_AT_START = {"st": "saint", "dr": "doctor", "mt": "mount", "ft": "fort"}
_ELSEWHERE = {"mt": "mount", "ft": "fort", "jr": "junior", "sr": "senior", "mlk": "martin luther king"}
_ORDINALS = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}
COMMON = frozenset([*DIRECTIONS.values(), *TYPES.values()])
"""Words that say little by themselves: half the streets of a city have one."""

_APOSTROPHES = re.compile(r"['’`]")
_WORD = re.compile(r"[a-z0-9]+")
_UNIT = re.compile(r"(?:\b(?:apt|apartment|unit|ste|suite|lot|bldg|floor|rm)\b|#).*$")
_NUMBER = re.compile(r"^\s*(\d{1,6})(?:\s*-\s*\d{1,6})?[a-z]?\s+(?=\S)")
_BETWEEN = re.compile(r"\s*(?:&|@|/|\band\b|\bat\b|\by\b)\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: a house number or none, a street, and the street that crosses it or none."""

    number: int | None
    street: tuple[str, ...]
    crossing: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Small letters without accents and apostrophes."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _APOSTROPHES.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def words_of(name: str) -> tuple[str, ...]:
    """The words of a street's name, abbreviations written out: “N. Monroe St” → north, monroe, street.

    “St” and “Dr” at the beginning of a longer name are Saint and Doctor.
    """
    raw = _WORD.findall(plain(name))
    words: list[str] = []
    for place, word in enumerate(raw):
        if place == 0 and len(raw) > 2 and word in _AT_START:
            words.append(_AT_START[word])
            continue
        whole = DIRECTIONS.get(word) or TYPES.get(word) or _ELSEWHERE.get(word) or _ORDINALS.get(word) or word
        words.extend(whole.split())
    return tuple(words)


def asked(text: str, *, city: str = "") -> Asked:
    """Read what somebody typed. `city` is the configured “Tallahassee, FL”, which may end an address."""
    line = _UNIT.sub("", plain(text)).split(",")[0].strip()
    number = _NUMBER.match(line)
    if number and not _BETWEEN.search(line):
        return Asked(int(number[1]), _without_city(words_of(line[number.end() :]), city))
    sides = [words_of(side) for side in _BETWEEN.split(line, maxsplit=1)]
    if len(sides) == 2 and all(sides):
        return Asked(None, sides[0], _without_city(sides[1], city))
    return Asked(None, _without_city(sides[0], city))


def _without_city(words: tuple[str, ...], city: str) -> tuple[str, ...]:
    """Without the city, state and ZIP Code at the end, as long as a name is left."""
    ends = {*words_of(city), *_WORD.findall(plain(city)), "florida", "usa"}
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in ends or re.fullmatch(r"\d{4,5}", kept[-1])):
        kept.pop()
    return tuple(kept)
