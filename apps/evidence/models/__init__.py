"""The rows of evidence, a module a subject."""

from apps.evidence.models.clips import TestClip
from apps.evidence.models.excerpts import Excerpt
from apps.evidence.models.giving import Handover, SenderNote, WitnessContact, WitnessStatement
from apps.evidence.models.items import (
    CaseHold,
    Derivative,
    EvidenceHold,
    EvidenceItem,
    FixityCheck,
    FormatGuide,
    GivenAgain,
    Hold,
    ObjectRemoval,
    ObjectVersion,
    Submission,
)
from apps.evidence.models.pieces import Piece

__all__ = [
    "CaseHold",
    "Derivative",
    "EvidenceHold",
    "EvidenceItem",
    "Excerpt",
    "FixityCheck",
    "FormatGuide",
    "GivenAgain",
    "Handover",
    "Hold",
    "ObjectRemoval",
    "ObjectVersion",
    "Piece",
    "SenderNote",
    "Submission",
    "TestClip",
    "WitnessContact",
    "WitnessStatement",
]
