"""mark_row, sign_review: an auditor goes through the sample and signs."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Role
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.notifications.services import queue_message
from apps.reviews import policies
from apps.reviews.models import Review, ReviewRow
from apps.reviews.states import SETTLED, Mark

NOTE_MIN, NOTE_MAX = 5, 1000


def mark_row(*, row: ReviewRow, mark: str, note: str, by: User) -> ReviewRow:
    """Say of a row that it is in order, that the person is asked something, or that it is a finding.

    A question is mailed to the person with the note, a finding is recorded among the agency's findings. The same again
    changes nothing. Raises NotAllowed for one's own looks and for others than the auditors, WrongState for a review
    that is signed and a row that is settled, InvalidInput for a mark that is none and a question or finding without a
    note.
    """
    with transaction.atomic():
        review = locked(Review.objects).select_related("agency").get(pk=row.review_id)
        row = locked(ReviewRow.objects).select_related("person").get(pk=row.pk)
        row.review = review
        note = _checked(mark, note, row)
        if row.mark == mark and row.note == note:
            return row
        if review.signed_at is not None or row.mark in SETTLED:
            raise WrongState(_("This row is settled already."), code="settled")
        if row.person_id == by.pk:
            raise NotAllowed(_("This is about you. Somebody else has to look at it."), code="oneself")
        if not policies.can_mark(by, row):
            raise NotAllowed(_("Your role does not include this."), code="role")
        actor = acting_as(by, review.agency, Role.AUDITOR, Role.PROGRAM_MANAGER).actor
        row.mark, row.note, row.marked_by, row.marked_at = mark, note, by, timezone.now()
        row.save(update_fields=["mark", "note", "marked_by", "marked_at"])
        ledger.record(
            "review.row_marked",
            Subject.of("review", review.public_id),
            actor,
            row=str(row.public_id),
            kind=row.kind,
            mark=mark,
            private={"note": note} if note else None,
        )
        if mark == Mark.QUESTION:
            _ask(row, by)
        if mark == Mark.FINDING:
            about = Subject.of("user", row.person.public_id) if row.person else Subject.of("review", review.public_id)
            facts = {"review": str(review.public_id), "row": str(row.public_id)}
            notice("review.not_in_order", about=about, agency=review.agency.public_id, facts=facts)
        return row


def sign_review(*, review: Review, by: User) -> Review:
    """The auditor has gone through every row. A signed one stays as it is.

    Raises NotAllowed for others, WrongState while a row is unmarked or a question is open.
    """
    with transaction.atomic():
        review = locked(Review.objects).select_related("agency").get(pk=review.pk)
        if review.signed_at is not None:
            return review
        if not policies.can_sign(by, review):
            raise NotAllowed(_("An auditor of the agency signs the review."), code="role")
        if review.rows.exclude(mark__in=SETTLED).exists():
            sentence = _("Some rows are not settled yet. Mark each one; a question stays open until it is answered.")
            raise WrongState(sentence, code="unsettled")
        review.signed_at, review.signed_by = timezone.now(), by
        review.save(update_fields=["signed_at", "signed_by"])
        actor = acting_as(by, review.agency, Role.AUDITOR).actor
        marks = {mark: review.rows.filter(mark=mark).count() for mark in SETTLED}
        ledger.record("review.signed", Subject.of("review", review.public_id), actor, **marks)
        return review


def _checked(mark: str, note: str, row: ReviewRow) -> str:
    if mark not in Mark.values:
        sentence = _("Choose one of the three.")
        raise InvalidInput.about("mark", sentence)
    note = text.paragraphs(note, field="note", most=NOTE_MAX, required=False)
    if mark != Mark.IN_ORDER and len(note) < NOTE_MIN:
        sentence = _("Write a few words: what you ask, or what is not in order.")
        raise InvalidInput.about("note", sentence)
    if mark == Mark.QUESTION and row.person is None:
        sentence = _("No person stands behind this row, so there is nobody to ask.")
        raise InvalidInput.about("mark", sentence)
    return note


def _ask(row: ReviewRow, by: User) -> None:
    """The mail carries the auditor's question and the day, not the case."""
    assert row.person is not None  # noqa: S101  # _checked has refused a question to nobody
    with translation.override(row.person.language or settings.LANGUAGE_CODE):
        context = {"person": row.person, "row": row, "auditor": by, "portal_name": settings.PORTAL_NAME}
        queue_message(
            kind="review.question",
            recipient=row.person.email,
            subject=_("The auditor has a question about your work in the portal"),
            text=render_to_string("emails/reviews/question.txt", context),
            dedupe_key=f"review.question:{row.public_id}:{row.marked_at:%Y%m%d%H%M%S%f}",
        )
