"""What the portal holds about what partners gave, and who saw it: role, agency, ground, never a name."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.models import PurposeKind
from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.evidence.custody_words import ACTS
from apps.evidence.given_again import delays_for
from apps.evidence.models import EvidenceItem, Piece, SenderNote, Submission, TestClip, WitnessContact, WitnessStatement
from apps.evidence.presentation import actor_in_words, told_of
from apps.evidence.sender_words import facts_of_note
from apps.evidence.services.witness_statements import answers_of, signer_of
from apps.evidence.witness_questions import BY_KEY
from apps.ledger import selectors as ledger
from apps.ledger.values import Subject


def _submissions(whose: Whose) -> Iterator[Row]:
    for row in Submission.objects.filter(partner__in=whose.partners).select_related("agency").order_by("pk"):
        yield {
            "receipt": row.code,
            "agency": row.agency.name,
            "opened": row.created_at,
            "page": reverse("evidence:receipt", args=[row.public_id]),
        }


def _items(whose: Whose) -> Iterator[Row]:
    rows = EvidenceItem.objects.filter(submission__partner__in=whose.partners).select_related("submission")
    said = {note.upload_id: note for note in SenderNote.objects.filter(upload__in=rows.values("upload"))}
    for row in rows.order_by("pk").iterator(200):
        yield {
            "receipt": row.submission.code,
            "file_name": row.filename,
            "bytes": row.size,
            "received": row.received_at,
            "digest": row.digest,
            "state": str(row.get_state_display()),
            "triage": str(row.get_triage_display()),
            "said": "; ".join(f"{fact.name}: {fact.value}" for fact in facts_of_note(said.get(row.upload_id))),
        }


def _acts(whose: Whose) -> Iterator[Row]:
    rows = EvidenceItem.objects.filter(submission__partner__in=whose.partners).select_related("submission")
    items = list(rows.only("public_id", "filename", "submission__case_id").order_by("pk"))
    delays = delays_for(items)
    for item in items:
        for entry in told_of(item, ledger.entries_for(Subject.of("evidence_item", item.public_id)), delays):
            kind = entry.facts.get("purpose_kind", "")
            yield {
                "file_name": item.filename,
                "at": entry.recorded_at,
                "act": str(ACTS.get(entry.action, entry.action)),
                "who": actor_in_words(entry.actor),
                "ground": str(dict(PurposeKind.choices).get(kind, "")),
            }


def _statements(whose: Whose) -> Iterator[Row]:
    rows = WitnessStatement.objects.filter(submission__partner__in=whose.partners).select_related("submission")
    for row in rows.order_by("pk"):
        signer, given = signer_of(row), answers_of(row)
        yield {
            "receipt": row.submission.code,
            "signed": row.signed_at,
            "name": f"{signer.name}, {signer.part}",
            "stated": "; ".join(f"{BY_KEY[key].words} {answer}" for key, answer in given.items() if key in BY_KEY),
        }


def _contacts(whose: Whose) -> Iterator[Row]:
    for row in WitnessContact.objects.filter(partner__in=whose.managed).order_by("pk"):
        yield {"kept": row.contact, "until": row.keep_until}


def _clips(whose: Whose) -> Iterator[Row]:
    rows = TestClip.objects.filter(camera__site__partner__in=whose.managed).select_related("camera", "upload")
    for row in rows.order_by("pk").iterator(100):
        yield {
            "camera": row.camera.name,
            "sent": row.received_at,
            "bytes": row.upload.length,
            "state": str(row.get_state_display()),
            "deleted": row.removed_at,
        }


register(
    Section(
        "test_clips",
        _("Test clips"),
        _clips,
        {
            "camera": _("Camera"),
            "sent": _("Sent"),
            "bytes": _("Bytes"),
            "state": _("State"),
            "deleted": _("Deleted"),
        },
        covers=("evidence.TestClip",),
    )
)
register(
    Section(
        "submissions",
        _("What you gave"),
        _submissions,
        {"receipt": _("Receipt"), "agency": _("Agency"), "opened": _("Opened"), "page": _("Page")},
        covers=("evidence.Submission",),
    )
)
register(
    Section(
        "files",
        _("Files"),
        _items,
        {
            "receipt": _("Receipt"),
            "file_name": _("File name"),
            "bytes": _("Bytes"),
            "received": _("Received"),
            "digest": _("Digest (SHA-256)"),
            "state": _("State"),
            "triage": _("Decision"),
            "said": _("What you said of it"),
        },
        covers=("evidence.EvidenceItem", "evidence.SenderNote"),
    )
)
register(
    Section(
        "acts_on_files",
        _("Who did what with your files"),
        _acts,
        {
            "file_name": _("File name"),
            "at": _("When"),
            "act": _("What"),
            "who": _("Who"),
            "ground": _("Ground"),
        },
        covers=(),
    )
)
register(
    Section(
        "witness_statements",
        _("Signed statements about video"),
        _statements,
        {"receipt": _("Receipt"), "signed": _("Signed"), "name": _("Signed by"), "stated": _("What is stated")},
        covers=("evidence.WitnessStatement",),
    )
)
register(
    Section(
        "witness_contacts",
        _("Contact kept for a court"),
        _contacts,
        {"kept": _("What is kept"), "until": _("Until")},
        covers=("evidence.WitnessContact",),
    )
)


def _pieces(whose: Whose) -> Iterator[Row]:
    rows = Piece.objects.filter(match__invitation__partner__in=whose.partners).select_related("match__camera")
    for row in rows.order_by("pk").iterator(200):
        yield {
            "camera": row.match.camera.name,
            "program": row.program,
            "from": row.begins,
            "to": row.ends,
            "bytes": row.size,
            "note": row.note,
            "state": str(row.get_state_display()),
            "proposed": row.created_at,
            "decided": row.decided_at,
        }


register(
    Section(
        key="pieces_from_recorders",
        title=_("What your recorder proposed to send"),
        rows=_pieces,
        labels={
            "camera": _("camera"),
            "program": _("program"),
            "from": _("from"),
            "to": _("to"),
            "bytes": _("bytes"),
            "note": _("note"),
            "state": _("state"),
            "proposed": _("proposed at"),
            "decided": _("decided at"),
        },
        covers=("evidence.Piece",),
    )
)
