"""What every verb of the program manager begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.ledger.values import Actor, Subject
from apps.terms import policies
from apps.terms.models import TermsVersion

TEXT_MAX = 100_000


def check_may_publish(user: User | None) -> None:
    """Raise NotAllowed unless a program manager acts, or the portal itself (None)."""
    if user is not None and not policies.can_publish_terms(user):
        raise NotAllowed(_("Only a program manager publishes terms."), code="role")


def manager_actor(user: User) -> Actor:
    """The program manager as the ledger names them. Raises NotAllowed for everybody else."""
    check_may_publish(user)
    return acting_anywhere(user, Role.PROGRAM_MANAGER).actor


def locked_version(version: TermsVersion) -> TermsVersion:
    """The row as it stands now, locked with all versions of its document until the caller's transaction ends.

    All of them, in the order of their keys: publishing and putting in force need two, and may not wait for each other.
    """
    lock_document(version.kind)
    return TermsVersion.objects.get(pk=version.pk)


def lock_document(kind: str) -> None:
    """Hold every version of this document until the caller's transaction ends."""
    list(locked(TermsVersion.objects).filter(kind=kind).only("pk"))


def check_read(version: TermsVersion, read: int) -> None:
    """Raise Stale if somebody changed the version since `read`."""
    if version.version != read:
        raise Stale(_("Somebody changed this text while you had it open. Look at it again; nothing was saved."))


def checked_texts(given: Mapping[str, str], *, field: str, required: bool) -> dict[str, str]:
    """Trimmed by language; only languages of the portal. Raises InvalidInput with `<field>_<language>`."""
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        code: text.paragraphs(given[code], field=f"{field}_{code}", most=TEXT_MAX, required=required)
        for code in codes
        if code in given
    }


def check_complete(version: TermsVersion) -> None:
    """Raise InvalidInput, with the fields, unless each language has a text and a summary."""
    sentence = _("The terms need a text and a summary in each language of the portal.")
    missing = [
        f"{field}_{code}"
        for code, _name in settings.LANGUAGES
        for field, words in (("summary", version.summary), ("text", version.text))
        if not words.get(code)
    ]
    if missing:
        raise InvalidInput(sentence, fields=dict.fromkeys(missing, sentence))


def subject_of(version: TermsVersion) -> Subject:
    """The subject of every act on a version."""
    return Subject.of("terms_version", version.public_id)
