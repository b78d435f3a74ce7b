"""A sidecar: what a video management system wants to know of a file that it did not record itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from apps.disclosure.documents.dossier import Dossier, FileFacts, ItemFacts, removals_path
from apps.evidence.models import Excerpt
from apps.evidence.recorded_times import OffsetSource, RecordedTimes
from apps.ledger.canonical import utc_text
from apps.redaction.selectors import plan_of


def sidecar(dossier: Dossier, facts: ItemFacts) -> bytes:
    """JSON with camera, place, times and clock offset of one item. What nobody knows is null."""
    item, probe = facts.item, facts.item.probe or {}
    window = facts.window
    known = {
        "format": "camera-partnership-sidecar/1",
        "item": str(item.public_id),
        "number": facts.number,
        "case": dossier.export.case.number,
        "agency": dossier.export.agency.name,
        "original_name": item.filename,
        "original": _file(facts.original),
        "working_copy": _file(facts.working_copy),
        "redacted_copy": _redacted(facts),
        "camera": facts.camera or None,
        "place": _dated(facts.place, dossier.at),
        "times": {
            "asked_from": utc_text(window[0]) if window else None,
            "asked_to": utc_text(window[1]) if window else None,
            "time_zone": window[2] if window else dossier.export.agency.time_zone,
            "start_by_the_recorders_clock": facts.note.begins or None if facts.note else None,
            "true_start": _true(facts.recorded, facts.recorded.begins),
            "true_end": _true(facts.recorded, facts.recorded.ends),
            "start_that_the_file_claims": probe.get("recorded_at_claimed"),
            "duration_s": probe.get("duration_s"),
            "received": utc_text(item.received_at),
            "sealed": utc_text(item.sealed_at) if item.sealed_at else None,
        },
        "clock_offset": _offset(facts.recorded),
        "video": [
            {name: track.get(name) for name in ("codec", "width", "height", "fps")} for track in probe.get("video", [])
        ],
        "has_sound": bool(probe.get("audio")) if probe else None,
        "derivatives": [_derivative(excerpt, item.digest) for excerpt in facts.excerpts],
        "working_copy_has_sound": facts.copy_has_sound if facts.working_copy else None,
    }
    return json.dumps(known, ensure_ascii=False, indent=1).encode() + b"\n"


def _file(file: FileFacts | None) -> dict[str, Any] | None:
    return {"path": file.path, "size": file.size, "sha256": file.digest} if file else None


def _redacted(facts: ItemFacts) -> dict[str, Any] | None:
    """The copy that is here in place of the original: from which one, what the comparison found, and the statutes."""
    if facts.redacted is None or facts.redaction is None:
        return None
    proof = facts.redaction.proof
    return {
        **(_file(facts.redacted) or {}),
        "made_by": proof["recipe"],
        "from_original": facts.item.digest,
        "plan": proof["plan"],
        "pictures": proof["pictures"],
        "covered_boxes": proof["boxes"],
        "compared_pixels": proof["pixels"],
        "has_sound": proof["sound"],
        "statutes": plan_of(facts.redaction).statutes,
        "removals": removals_path(facts.number),
    }


def _derivative(excerpt: Excerpt, original: str) -> dict[str, Any]:
    """A still or a clip that was made of the original: what it is, and from which pictures. No word of why."""
    made = excerpt.made
    return {
        "kind": excerpt.kind,
        "sha256": made.digest if made else None,
        "size": made.size if made else None,
        "made_by": made.recipe if made else None,
        "from_original": original,
        "chosen_in_copy": excerpt.film,
        "pictures": [excerpt.in_picture, excerpt.out_picture],
        "from_s": excerpt.in_s,
        "to_s": excerpt.out_s,
        "start_by_true_time": utc_text(excerpt.true_in) if excerpt.true_in else None,
    }


def _true(recorded: RecordedTimes, at: datetime | None) -> str | None:
    """A true time in UTC, only where somebody said how wrong the clock is."""
    return utc_text(at) if at and recorded.is_true else None


_SAID_BY: dict[str, str] = {OffsetSource.SENDER: "sender", OffsetSource.COMPARED: "owner of the camera"}


def _offset(recorded: RecordedTimes) -> dict[str, Any]:
    """How wrong the recorder's clock is, who says so, and how they know; nothing is guessed."""
    said_by = _SAID_BY.get(recorded.offset_source)
    return {
        "seconds": recorded.offset_s if said_by else None,
        "means": "recorder clock minus true time; null: nobody said",
        "said_by": said_by,
        "compared_with_the_portals_clock": utc_text(recorded.compared_at) if recorded.compared_at else None,
        "compared_by": recorded.compared_how or None,
    }


def _dated(place: dict[str, Any] | None, at: datetime) -> dict[str, Any] | None:
    """A camera may have moved since it recorded: the register knows where it is now."""
    return {**place, "as_registered_at": utc_text(at)} if place else None
