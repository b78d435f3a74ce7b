"""Names that people choose, where a reader might take them for an agency's: what is refused, what a person decides.

Compared by what a name looks like: width and case folded (NFKC), marks and invisible signs taken off, letters of other
alphabets and digits read as the Latin letters that they resemble, spaces and points between single letters taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput


class Claim(Enum):
    """What a name claims."""

    NOTHING = "nothing"
    PERHAPS = "perhaps"  # an honest business may be called so ("Police Supply Co"): a person decides
    AGENCY = "agency"
    LINK = "link"


_DOMAINS = (
    "com|org|net|gov|mil|edu|info|biz|io|us|uk|co|me|ly|app|dev|site|online|xyz|top|link|shop|club|live|support|page|"
    "mx|ru|cn|de|fr|es|eu|tk|cc|tv|gg|to"
)
_LINK = re.compile(
    rf"https?:|://|\bwww\b|\w\s?@\s?\w|\w[.。．]({_DOMAINS})\b|\bdot\s?({_DOMAINS})\b|[(\[]dot[)\]]", re.IGNORECASE
)
_PHONE = re.compile(r"(?<!\d)(\+?1[\s./-]*)?\(?\d{3}\)?[\s./-]*\d{3}[\s./-]*\d{4}(?!\d)|(?<!\d)\d{3}[\s.-]\d{4}(?!\d)")
_EMERGENCY = re.compile(r"(?<!\d)9[\W_]*1[\W_]*1(?!\d)")

# Letters of other alphabets, signs and digits that look like a Latin letter.
_LIKE = {
    "a": "аαæ@4", "b": "вьβß8", "c": "сς¢", "d": "ԁδđ", "e": "еεєҽ3€", "f": "ғ", "g": "ɡԍ", "h": "һнħ",
    "i": "іιıłӏ1|!", "j": "ј", "k": "кκ", "m": "м", "n": "пηи", "o": "оοσø0", "p": "рρþ", "q": "ԛ", "r": "гя",
    "s": "ѕ5$ſ", "t": "тτ7+ŧ", "u": "υцџ", "v": "νѵ", "w": "ωԝшщ", "x": "хχ", "y": "уγүч", "z": "зζ",
}  # fmt: skip
_LOOKS = str.maketrans({sign: letter for letter, signs in _LIKE.items() for sign in signs})

_CERTAIN = (
    "police department", "police dept", "police dpt", "police headquarters", "police station", "police officer",
    "sheriffs office", "sheriff office", "sheriffs department", "sheriffs dept", "highway patrol", "law enforcement",
    "federal bureau", "homeland security", "department of justice", "crime center", "emergency services",
    "departamento de policia", "oficina del alguacil", "official city", "city seal",
)  # fmt: skip
_POSSIBLE = ("police", "policia", "sheriff", "alguacil", "law enforcement", "public safety", "attorney general")
_POSSIBLE_ALONE = (
    "detective", "trooper", "marshal", "deputy", "constable", "officer", "precinct", "patrol", "rtcc", "fbi", "dhs",
    "atf", "swat", "pd", "government", "gobierno", "federal", "official", "oficial", "city of", "ciudad de",
    "county of", "condado de", "state of", "estado de", "department of", "city hall", "ayuntamiento", "municipal",
    "state attorney", "emergency", "emergencia",
)  # fmt: skip

_named: list[Callable[[], Iterable[str]]] = []


def named_by(source: Callable[[], Iterable[str]]) -> None:
    """Ask `source` for the names of this installation's agencies. Called once, from an AppConfig.ready."""
    if source not in _named:
        _named.append(source)


def claim_of(name: str) -> Claim:
    """What somebody who reads this name may take its bearer for."""
    flat = unicodedata.normalize("NFKC", name)
    if carries_link(flat):
        return Claim.LINK
    words = _words(flat)
    agencies = [one for source in _named for one in source()]
    if any(_holds(words, _words(one)) for one in (*agencies, *_CERTAIN)):
        return Claim.AGENCY
    sounds = any(_holds(words, _words(one)) for one in _POSSIBLE)
    sounds = sounds or any(_in_a_row(words, _words(one)) for one in _POSSIBLE_ALONE)
    return Claim.PERHAPS if sounds or _EMERGENCY.search(flat) or _mixes_alphabets(flat) else Claim.NOTHING


def carries_link(text: str) -> bool:
    """Whether the text holds an address of the web or of mail, or a telephone number."""
    flat = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return bool(_LINK.search(flat) or _PHONE.search(flat))


def checked(name: str, *, field: str, people_decide: bool = True) -> str:
    """The name, if it may be used. Raises InvalidInput for what carries a link or a number, or names an agency.

    With `people_decide`, a name that an honest business may have passes: the caller sees to it that a person decides.
    """
    claim = claim_of(name)
    sentence: Any = ""
    if claim == Claim.LINK:
        sentence = _("A name holds no web address, e-mail address or telephone number. Please leave it out.")
    elif claim == Claim.AGENCY or (claim == Claim.PERHAPS and not people_decide):
        sentence = _("This reads like the name of an agency. Please use your own name, or that of your business.")
    if sentence:
        raise InvalidInput(sentence, fields={field: sentence}, code="official_name")
    return name


def _holds(words: list[str], wanted: list[str]) -> bool:
    """Whether the wanted words stand among these, in a row or, if they are long enough to mean it, run together."""
    sought = "".join(wanted)
    return _in_a_row(words, wanted) or (len(sought) >= 6 and sought in "".join(words))


def _in_a_row(words: list[str], wanted: list[str]) -> bool:
    row = any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
    return bool(wanted) and (row or "".join(wanted) in words)


def _words(name: str) -> list[str]:
    """The words of a name by their looks; single letters in a row ("P. o l i c e") are one word."""
    flat = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(letter for letter in flat if unicodedata.category(letter) not in ("Mn", "Me", "Cf"))
    plain = re.sub(r"['’`´]", "", plain).translate(_LOOKS)
    # Pairs and letters that look alike are one on both sides of the comparison.
    plain = plain.replace("rn", "m").replace("vv", "w").replace("l", "i")
    words: list[str] = []
    single = False
    for word in re.findall(r"[^\W_]+", plain):
        if single and len(word) == 1:
            words[-1] += word
        else:
            words.append(word)
        single = len(word) == 1
    return words


def _mixes_alphabets(name: str) -> bool:
    """Whether one word has letters of two alphabets, as no honest name has."""
    for word in name.split():
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}:
            return True
    return False
