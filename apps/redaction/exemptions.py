"""The exemptions that a custodian may assert, as data. A city adds or removes a line here; counsel confirms the list.

Exempt may be withheld; confidential and exempt must be. What is exempt only while an investigation is active carries a
day on which somebody looks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Exemption:
    """One statute. `confidential`: it must be withheld. `ends`: it holds for a time, so a review date is asked for."""

    code: str
    citation: str
    words: str | Promise
    confidential: bool = False
    ends: bool = False


EXEMPTIONS = (
    Exemption(
        "active_investigation",
        "s. 119.071(2)(c), F.S.",
        _("active criminal intelligence or criminal investigative information"),
        ends=True,
    ),
    Exemption(
        "protected_victim",
        "s. 119.071(2)(h), F.S.",
        _("victims of child abuse or of a sexual offense"),
        confidential=True,
    ),
    Exemption("surveillance", "s. 119.071(2)(d), F.S.", _("surveillance techniques, procedures or personnel")),
    Exemption("confidential_source", "s. 119.071(2)(f), F.S.", _("identity of a confidential informant or source")),
    Exemption("victim_document", "s. 119.071(2)(j), F.S.", _("a document that was received and identifies a victim")),
    Exemption("security_system", "s. 119.071(3)(a), F.S.", _("security system of private property"), confidential=True),
    Exemption("protected_home", "s. 119.071(4)(d), F.S.", _("home of a protected official or of their family")),
    Exemption("plate_reader", "s. 316.0777, F.S.", _("images and data of license plate readers"), confidential=True),
    Exemption(OTHER, "", _("another statute")),
)

_BY_CODE = {one.code: one for one in EXEMPTIONS}


def exemption_of(code: str) -> Exemption | None:
    """The exemption with this code, or None."""
    return _BY_CODE.get(code)
