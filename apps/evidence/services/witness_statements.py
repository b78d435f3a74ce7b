"""Signing a witness statement, and opening it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.core.locks import locked
from apps.core.text import line, paragraphs
from apps.evidence.models import EvidenceItem, Submission, WitnessStatement
from apps.evidence.witness_questions import BY_KEY, CHOICES
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

ANSWER_MAX, NAME_MAX = 1000, 120


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: name, and what he or she is to the cameras (“owner”, “night manager”)."""

    name: str
    part: str


def sign_statement(
    *, submission: Submission, answers: Mapping[str, str], name: str, part: str, request_key: UUID, actor: Actor
) -> WitnessStatement:
    """Keep these answers as stated and signed, for all files that have come with this submission so far.

    Each question may be left open, but not all of them. A repeat of the key returns the first statement; signing again
    adds one. Raises InvalidInput that names the field.
    """
    given = _checked(answers)
    signer = {"name": line(name, field="name", most=NAME_MAX), "part": line(part, field="part", most=NAME_MAX)}
    with transaction.atomic():
        mine = locked(Submission.objects).get(pk=submission.pk)
        signed = WitnessStatement.objects.filter(submission=mine).order_by("-number")
        repeated = signed.filter(request_key=request_key).first()
        if repeated is not None:
            return repeated
        last = signed.first()
        statement = WitnessStatement.objects.create(
            submission=mine,
            number=last.number + 1 if last else 1,
            language=get_language() or "",
            answers=json.dumps(given),
            signer=json.dumps(signer),
            signed_at=timezone.now(),
            request_key=request_key,
        )
        items = EvidenceItem.objects.filter(submission=mine).order_by("received_at", "pk")
        ledger.record(
            "witness_statement.signed",
            Subject.of("witness_statement", statement.public_id),
            actor,
            submission=str(mine.public_id),
            number=statement.number,
            items=[str(public_id) for public_id in items.values_list("public_id", flat=True)],
            private={"answers": given, "signer": signer},
        )
    return statement


def _checked(answers: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for key, answer in answers.items():
        question = BY_KEY.get(key)
        if question is None:
            raise InvalidInput(_("There is no such question."), fields={key: _("There is no such question.")})
        if question.choices and answer not in ("", *dict(CHOICES)):
            raise InvalidInput(_("Choose one of the answers."), fields={key: _("Choose one of the answers.")})
        answer = paragraphs(answer, field=key, most=ANSWER_MAX, required=False)
        if answer:
            given[key] = answer
    if not given:
        raise InvalidInput(_("Please answer at least one question."))
    return given


def last_statement(submission: Submission) -> WitnessStatement | None:
    """The statement that counts: the one signed last."""
    return WitnessStatement.objects.filter(submission=submission).order_by("-number").first()


def answers_of(statement: WitnessStatement) -> dict[str, str]:
    """The answers by key of the question."""
    return dict(json.loads(statement.answers))


def signer_of(statement: WitnessStatement) -> Signer:
    """Who signed it."""
    return Signer(**json.loads(statement.signer))
