"""publish_letterhead: an agency decides what its letters say beside the portal's words, and with which seal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.core.official import carries_link
from apps.ledger import services as ledger
from apps.ledger.canonical import canonical
from apps.ledger.values import Subject
from apps.letterhead import policies, selectors
from apps.letterhead.models import Letterhead
from apps.letterhead.states import Place
from apps.media.pictures import picture_of_form

MOST = 500
LONGEST_SIDE = 256

Words = Mapping[str, Mapping[str, str]]


def publish_letterhead(
    *, agency: Agency, read: int, words: Words, seal: bytes | None, remove_seal: bool = False, by: User
) -> Letterhead | None:
    """From now on new letters and pages of the agency carry these words and this seal; letters that are out stay.

    `words` are by place and language, in all languages or in none. `seal` is a JPEG, PNG or WebP; None leaves the one
    that there is, unless `remove_seal`. `read` is the number of the version that the author saw, 0 without any.
    Publishing what is in force writes nothing. Returns the version in force, None if there is none. Raises NotAllowed
    for anybody but a program manager of the agency, Stale if somebody published since, InvalidInput.
    """
    if not policies.can_write(by, agency):
        raise NotAllowed(_("Only a program manager of the agency changes its letterhead."), code="role")
    checked = checked_words(words)
    picture = clean_seal(seal, by) if seal is not None else None  # before the transaction: a decoder may take seconds
    with transaction.atomic():
        actor = acting_as(by, agency, *policies.WRITING_ROLES).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        before = selectors.in_force(agency)
        if read != (before.number if before else 0):
            raise Stale(_("A colleague has published another letterhead meanwhile. Yours is not saved."))
        kept = bytes(before.seal) if before else b""
        chosen = picture if picture is not None else b"" if remove_seal else kept
        digest = hashlib.sha256(chosen).hexdigest() if chosen else ""
        if (before.words if before else {}, kept) == (checked, chosen):
            return before
        number = before.number + 1 if before else 1
        made = Letterhead.objects.create(
            agency=agency, number=number, author=by, words=checked, seal=chosen, seal_digest=digest
        )
        ledger.record(
            "agency.letterhead_published",
            Subject.of("agency", agency.public_id),
            actor,
            number=number,
            places=sorted(checked),
            words=hashlib.sha256(canonical(checked)).hexdigest(),
            seal=digest,
        )
        return made


def checked_words(words: Words) -> dict[str, dict[str, str]]:
    """The words as they would be kept. Raises InvalidInput, with every field that does not hold (`invitation_es`)."""
    found: dict[str, dict[str, str]] = {}
    problems: dict[str, str] = {}
    for place in Place.values:
        given: dict[str, str] = {}
        for code, _name in settings.LANGUAGES:
            field = f"{place}_{code}"
            try:
                given[code] = text.paragraphs(
                    words.get(place, {}).get(code, ""), field=field, most=MOST, required=False
                )
            except InvalidInput as error:
                problems |= error.fields
                continue
            if carries_link(given[code]):
                problems[field] = _(
                    "A letter holds one link, the one to answer, so that a false letter can be told. "
                    "Please leave out web addresses, e-mail addresses and telephone numbers."
                )
        missing = [code for code, one in given.items() if not one]
        if missing and len(missing) < len(given):
            problems |= {f"{place}_{code}": _("Please write it in this language too.") for code in missing}
        if given and not missing:
            found[place] = given
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    return found


def clean_seal(seal: bytes, by: User) -> bytes:
    """The picture as it would be kept: pixels alone. Raises InvalidInput where it cannot be read."""
    return picture_of_form(seal, longest_side=LONGEST_SIDE, sender=str(by.public_id), field="seal").jpeg
