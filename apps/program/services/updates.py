"""A quarter's update: it drafts itself, people write its words, one publishes it, and a correction follows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.core import text
from apps.core.errors import InvalidInput, NotFound, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.program.mails import tell_of_draft
from apps.program.measures import BY_KEY
from apps.program.models import QuarterlyUpdate
from apps.program.publishing import figures_of
from apps.program.quarters import Quarter, last_ended
from apps.program.states import UPDATE_TRANSITIONS, UpdateState

INTRO_MAX, CHANGES_MAX, NOTE_MAX = 4000, 2000, 600
ByLanguage = Mapping[str, str]


def draft_due_update(*, actor: Actor) -> QuarterlyUpdate | None:
    """Draft the update of the newest quarter that is over, once, and tell the managers of it.

    None if it was begun before, or nobody measured.
    """
    quarter = last_ended(timezone.now())
    if QuarterlyUpdate.objects.filter(year=quarter.year, quarter=quarter.number).exists():
        return None
    with transaction.atomic():
        made = _draft(quarter, actor, {}, {})
        if made is not None:
            tell_of_draft(made)
    return made


def draft_correction(*, quarter: Quarter, user: User) -> QuarterlyUpdate:
    """Begin the next version of a published update, with its words and with the figures that the snapshots have.

    If it was begun before, that draft. Raises NotAllowed for other staff than program managers, NotFound for a quarter
    without a published update.
    """
    actor = acting_anywhere(user, Role.PROGRAM_MANAGER).actor
    of_quarter = QuarterlyUpdate.objects.filter(year=quarter.year, quarter=quarter.number)
    newest = of_quarter.filter(state=UpdateState.PUBLISHED).order_by("-number").first()
    if newest is None:
        raise NotFound(_("There is no published update of this quarter."))
    begun = of_quarter.filter(state=UpdateState.DRAFT).first() or _draft(quarter, actor, newest.intro, newest.notes)
    return begun or of_quarter.get(state=UpdateState.DRAFT)


def save_update(
    *,
    update: QuarterlyUpdate,
    read: int,
    intro: ByLanguage,
    changes: ByLanguage,
    notes: Mapping[str, ByLanguage],
    user: User,
) -> QuarterlyUpdate:
    """Keep the words of a draft; its figures cannot be written. They may be incomplete until it is published.

    `read` is the version that was on the page. Raises NotAllowed, WrongState if it is no draft any more, Stale,
    InvalidInput with `<field>_<language>` or `note_<measure>_<language>`.
    """
    with transaction.atomic():
        actor, row = acting_anywhere(user, Role.PROGRAM_MANAGER).actor, _held(update, read, UpdateState.PUBLISHED)
        row.intro = _checked(intro, "intro", INTRO_MAX)
        row.changes = _checked(changes, "changes", CHANGES_MAX)
        row.notes = {key: words for key in BY_KEY if (words := _checked(notes.get(key, {}), f"note_{key}", NOTE_MAX))}
        row.version += 1
        row.save(update_fields=["intro", "changes", "notes", "version"])
        ledger.record("program.update_changed", subject_of(row), actor, quarter=str(row), edit=row.version)
        return row


def publish_update(*, update: QuarterlyUpdate, read: int, user: User) -> QuarterlyUpdate:
    """Show the draft to everybody, for good. Raises as `save_update`; InvalidInput where a language lacks words."""
    with transaction.atomic():
        actor, row = acting_anywhere(user, Role.PROGRAM_MANAGER).actor, _held(update, read, UpdateState.PUBLISHED)
        before = QuarterlyUpdate.objects.filter(year=row.year, quarter=row.quarter).aggregate(last=Max("number"))
        row.number = (before["last"] or 0) + 1
        _check_complete(row)
        row.state, row.published_at, row.published_by = UpdateState.PUBLISHED, timezone.now(), user
        row.digest = digest_of(row)
        row.version += 1
        row.save()
        facts = {"quarter": str(row), "number": row.number, "digest": row.digest}
        ledger.record("program.update_published", subject_of(row), actor, **facts)
        return row


def discard_update(*, update: QuarterlyUpdate, read: int, user: User) -> QuarterlyUpdate:
    """Throw a draft away. Raises as `save_update`."""
    with transaction.atomic():
        actor, row = acting_anywhere(user, Role.PROGRAM_MANAGER).actor, _held(update, read, UpdateState.DISCARDED)
        row.state = UpdateState.DISCARDED
        row.version += 1
        row.save(update_fields=["state", "version"])
        ledger.record("program.update_discarded", subject_of(row), actor, quarter=str(row))
        return row


def subject_of(update: QuarterlyUpdate) -> Subject:
    """The update as the ledger names it."""
    return Subject.of("quarterly_update", update.public_id)


def digest_of(update: QuarterlyUpdate) -> str:
    """SHA-256 of what is published: quarter, number, figures and words."""
    said = [update.year, update.quarter, update.number, update.figures, update.intro, update.changes, update.notes]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _draft(
    quarter: Quarter, actor: Actor, intro: ByLanguage, notes: Mapping[str, ByLanguage]
) -> QuarterlyUpdate | None:
    """One draft a quarter: the database refuses a second, and whoever comes second gets None."""
    figures = figures_of(quarter)
    if not figures:
        return None
    try:
        with transaction.atomic():
            made = QuarterlyUpdate.objects.create(
                year=quarter.year,
                quarter=quarter.number,
                figures=[figure.to_json() for figure in figures],
                intro=intro,
                notes=notes,
            )
            ledger.record("program.update_drafted", subject_of(made), actor, quarter=str(made))
            return made
    except IntegrityError:
        return None


def _held(update: QuarterlyUpdate, read: int, goal: UpdateState) -> QuarterlyUpdate:
    row = locked(QuarterlyUpdate.objects).get(pk=update.pk)
    UPDATE_TRANSITIONS.check(row.state, goal)
    if row.version != read:
        raise Stale(_("Somebody changed this draft meanwhile. Nothing was saved."))
    return row


def _checked(words: ByLanguage, field: str, most: int) -> dict[str, str]:
    found = {
        code: text.paragraphs(words.get(code, ""), field=f"{field}_{code}", most=most, required=False)
        for code, _name in settings.LANGUAGES
    }
    return {code: said for code, said in found.items() if said}


def _check_complete(row: QuarterlyUpdate) -> None:
    needed = {"intro": row.intro} | ({"changes": row.changes} if row.number and row.number > 1 else {})
    sentence = _("Please fill this in: the public reads it in this language.")
    missing = {
        f"{field}_{code}": sentence
        for field, words in needed.items()
        for code, _name in settings.LANGUAGES
        if not words.get(code)
    }
    if missing:
        raise InvalidInput(
            _("Words are missing. Write them in every language, save the draft, then publish."), fields=missing
        )
