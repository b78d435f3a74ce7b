"""The documents that people read: custody, and the form of a certificate, as tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.agencies.models import Role
from apps.core.typesetting import typeset_pdf
from apps.disclosure.documents.dossier import (
    Dossier,
    FileFacts,
    ItemFacts,
    act_in_words,
    removals_path,
    statement_path,
    who_in_words,
)
from apps.evidence.presentation import facts_of
from apps.evidence.sender_words import facts_of_note
from apps.ledger.models import Entry
from apps.redaction.selectors import plan_of

_HERE = Path(__file__).parent


def custody_sheet(dossier: Dossier) -> bytes:
    """Every item with its facts and every act on it, in the portal's language and the agency's time zone."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "acts": _("What was done"),
            "columns": [_("When"), _("What"), _("Who"), _("Entry")],
            "how_title": _("How to check this"),
            "how": [
                _("Each act above is an entry of an append-only ledger. The number is its place there."),
                _("The folder data/proofs holds the entries, and proofs that lead to a signed checkpoint."),
                _("The program verify_package.py checks all of it without the portal. README.txt says how."),
                _("Orders to keep a file, which change nothing about it, are not listed."),
            ],
        }
        data = {
            **_frame(dossier, _("Custody")),
            "lead": _("What the portal did with each file of this package, from its arrival on, and who saw it."),
            "facts": _facts(dossier),
            "items": [_item(dossier, facts) for facts in dossier.items],
            "words": words,
        }
        return typeset_pdf(_HERE / "custody.typ", data)


def certificate_sheet(dossier: Dossier) -> bytes:
    """The form of a certification of records (s. 90.902(11), F.S.) with the facts filled in; a person signs it.

    Counsel has to confirm its words: until then the form says that it is one.
    """
    with translation.override(settings.LANGUAGE_CODE):
        files = [
            (one, file) for one in dossier.items for file in (one.original, one.working_copy, one.redacted) if file
        ]
        words = {
            "says_title": _("What is certified"),
            "says": [
                _("The portal received each original over the Internet from its owner, and stored it as it arrived."),
                _(
                    "Its SHA-256 digest was computed on receipt, before any program opened it. The file was then stored"
                    " under that digest, read back and locked."
                ),
                _("It was read again when this package was built, and its digest was the same."),
                _("Working copies were made by the portal from the originals so that browsers can play them."),
                _sound_of_copies(dossier),
                *_redacted_copies(dossier),
                _("The portal made the records of these acts at the time of each act, as its regular practice."),
            ],
            "files_title": _("Files"),
            "columns": [_("No."), _("File and its digest (SHA-256)")],
            "sign_title": _("Signature"),
            "oath": _(
                "I am a custodian of these records, or otherwise qualified. Under penalty of perjury I declare that the"
                " above is true to the best of my knowledge."
            ),
            "lines": [_("Name and title"), _("Agency"), _("Signature"), _("Day and place")],
        }
        data = {
            **_frame(dossier, _("Certification of records")),
            "lead": _(
                "A form under section 90.902(11), Florida Statutes. It certifies nothing until a records custodian has"
                " read and signed it. Ask counsel whether its words fit the case."
            ),
            "facts": _facts(dossier),
            "files": [[f"{one.number:04d}", file.path.removeprefix("data/"), file.digest] for one, file in files],
            "words": words,
        }
        return typeset_pdf(_HERE / "certificate.typ", data)


def _sound_of_copies(dossier: Dossier) -> str:
    """Which working copies have sound."""
    heard = [str(one.number) for one in dossier.items if one.copy_has_sound]
    if not heard:
        return _("The working copies have no sound.")
    return _("The working copies of numbers %(numbers)s have the sound of the original, the others have none.") % {
        "numbers": ", ".join(heard)
    }


def _redacted_copies(dossier: Dossier) -> list[str]:
    """Which files are redacted, where the package has any."""
    numbers = ", ".join(str(one.number) for one in dossier.items if one.redacted)
    if not numbers:
        return []
    return [
        _(
            "Of numbers %(numbers)s the package has a redacted copy, and neither the original nor a working copy. The"
            " portal made it from the sealed original, covered what a second person had signed off, and compared every"
            " covered pixel with the original. The folder data/redactions says what was removed under which statute."
        )
        % {"numbers": numbers}
    ]


def _frame(dossier: Dossier, title: str) -> dict[str, Any]:
    export = dossier.export
    code = _("Package %(code)s") % {"code": export.code}
    return {"title": title, "code": code, "agency": export.agency.name, "language": settings.LANGUAGE_CODE}


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    export = dossier.export
    roles = dict(Role.choices)
    deciders = [entry for entry in dossier.own_acts if entry.action == "export.approved"]
    askers = [entry for entry in dossier.own_acts if entry.action == "export.requested"]
    return [
        (_("Package"), export.code),
        (_("Agency"), export.agency.name),
        (_("Case"), export.case.number),
        (_("For"), export.recipient),
        (_("What for"), export.reason),
        (_("Asked for by"), ", ".join(str(roles.get(one.actor.role, one.actor.role)) for one in askers) or "–"),
        (_("Approved by"), ", ".join(str(roles.get(one.actor.role, one.actor.role)) for one in deciders) or "–"),
        (_("Written"), _clock(dossier.at, export.agency.time_zone)),
    ]


def _item(dossier: Dossier, facts: ItemFacts) -> dict[str, Any]:
    zone = dossier.export.agency.time_zone
    known = [(one.name, one.value) for one in facts_of(facts.item)]
    known += [(one.name, one.value) for one in facts_of_note(facts.note, with_words=False)]
    known += [
        (_("Arrived"), _clock(facts.item.received_at, zone)),
        (_("Sealed"), _clock(facts.item.sealed_at, zone)),
        (_("Digest (SHA-256)"), facts.item.digest),
        *_in_package(_("Original in this package"), facts.original),
        *_in_package(_("Working copy in this package"), facts.working_copy),
        *_in_package(_("Redacted copy in this package"), facts.redacted),
    ]
    if facts.redacted and facts.redaction:
        known += [
            (_("Digest of the redacted copy"), facts.redacted.digest),
            (_("Removed under"), ", ".join(plan_of(facts.redaction).statutes)),
            (_("What was removed"), removals_path(facts.number)),
        ]
    if facts.working_copy:
        known.append((_("Digest of the working copy"), facts.working_copy.digest))
    if facts.statement:
        known.append((_("Statement of the giver in this package"), statement_path(facts.statement)))
    if facts.camera:
        known.append((_("Camera"), facts.camera))
    if facts.request:
        known.append((_("Request"), facts.request))
    return {
        "title": f"{facts.number:04d}  {facts.item.filename}",
        "facts": known,
        "acts": [_act(entry, zone) for entry in facts.acts],
    }


def _clock(at: datetime | None, zone: str) -> str:
    """To the second, which a court asks for, as a clock of the agency showed it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %Z}" if at else "–"


def _in_package(name: str, file: FileFacts | None) -> list[tuple[str, str]]:
    return [(name, file.path)] if file else []


def _act(entry: Entry, zone: str) -> list[str]:
    place = getattr(entry, "place", None)
    index = str(place.index) if place is not None else "–"
    return [_clock(entry.recorded_at, zone), act_in_words(entry), who_in_words(entry), index]
