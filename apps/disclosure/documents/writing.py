"""All documents of a package by path, and what the reader of a package is told first."""

from __future__ import annotations

from base64 import b64encode
from textwrap import fill

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.disclosure.documents.dossier import Dossier, removals_path
from apps.disclosure.documents.graph import graph
from apps.disclosure.documents.sheets import certificate_sheet, custody_sheet
from apps.disclosure.documents.sidecars import sidecar
from apps.disclosure.documents.statements import statements
from apps.disclosure.models import Export
from apps.ledger import selectors as ledger
from apps.ledger.canonical import canonical
from apps.ledger.models import Checkpoint, Entry
from apps.redaction.removals import log_for_recipients


def documents(dossier: Dossier) -> dict[str, bytes]:
    """Statements of givers, logs of removals, custody, certificate, graph and sidecars.

    Raises Unavailable where a log cannot be read because the store is away.
    """
    stated, removed = statements(dossier), _removals(dossier)
    written = {
        "data/custody/custody.pdf": custody_sheet(dossier),
        "data/custody/certificate.pdf": certificate_sheet(dossier),
        "data/custody/case.jsonld": graph(dossier, stated),
    }
    written |= stated | removed
    return written | {f"data/sidecars/{one.number:04d}.json": sidecar(dossier, one) for one in dossier.items}


def _removals(dossier: Dossier) -> dict[str, bytes]:
    """What was taken out of each redacted copy, without what its author typed about it."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            removals_path(one.number): log_for_recipients(one.redaction)
            for one in dossier.items
            if one.redaction is not None and one.redacted is not None
        }


def proofs(export: Export, entries: list[Entry], checkpoint: Checkpoint, files: dict[str, str]) -> bytes:
    """The entries with their inclusion proofs to the checkpoint; `files` says which path is of which item.

    Each entry has its place already. One tree is read for all of them.
    """
    tree = ledger.StoredTree()
    told = [
        {
            "index": entry.place.index,
            "leaf": bytes(entry.leaf).decode(),
            "proof": [b64encode(step).decode() for step in tree.proof(index=entry.place.index, size=checkpoint.size)],
        }
        for entry in sorted(entries, key=lambda one: one.place.index)
    ]
    return canonical(
        {
            "format": "custody-proofs/1",
            "export": str(export.public_id),
            "files": [{"path": path, "item": item} for path, item in sorted(files.items())],
            "entries": told,
        }
    )


def readme(export: Export) -> str:
    """What somebody reads who opens the package."""
    with translation.override(settings.LANGUAGE_CODE):
        paragraphs = [
            _("This is package %(code)s of %(agency)s, written by %(portal)s.")
            % {"code": export.code, "agency": export.agency.name, "portal": settings.PORTAL_NAME},
            _(
                "data/originals has the files as their owners sent them. data/working-copies has copies that play in a"
                " browser; judge details by the originals. data/statements has what givers signed"
                " about their files. data/custody says what was done with each file and by whom."
            ),
            *([_redacted_words()] if export.redacted else []),
            _("To check the package, you need Python 3.9 or later and its package “cryptography”:"),
            "    pip install cryptography\n    python3 verify_package.py --key KEY",
            _(
                "KEY is the key of the portal's ledger. Take it from %(page)s, or from somebody who kept it. A key that"
                " comes with a package proves nothing, so it is not in this file."
            )
            % {"page": f"{settings.SITE_URL.rstrip('/')}/ledger/"},
            _(
                "Whoever changed a package could have changed this program as well. If that matters, take the program"
                " from another package or from the portal's source (apps/disclosure/package/verify_package.py)."
            ),
            _(
                "Places of cameras on private property, and what shows them, are confidential under section"
                " 119.071(3)(a), Florida Statutes. Pass this package on only as the law allows."
            ),
        ]
        wrapped = [one if one.startswith(" ") else fill(one, 78, break_on_hyphens=False) for one in paragraphs]
        return "\n\n".join(wrapped) + "\n"


def _redacted_words() -> str:
    return _(
        "data/redacted has redacted copies: parts of the pictures or of the sound were removed. data/redactions says"
        " where, and under which statute. Of these files neither the original nor a working copy is in this package."
    )
