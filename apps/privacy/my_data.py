"""“My data”: every section that the apps provide about one person, as a file and as a page."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    sections,
)
from apps.partners.policies import MANAGING_ROLES, partners_for
from apps.privacy.closing import addresses_of

IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the page: a name and a value in words, or a picture as a data address."""

    name: str
    value: str
    picture: str = ""


@dataclass(slots=True)
class ShownSection:
    """A section as the page shows it; `more` says that the file holds more rows than the page."""

    key: str
    title: str
    rows: list[list[Shown]] = field(default_factory=list)
    more: bool = False


def whose(user: User) -> Whose:
    """The person and the partners for whom the person acts now, those that left too; nobody else's."""
    return Whose(
        user_id=user.pk,
        public_id=user.public_id,
        addresses=tuple(sorted({user.email, *addresses_of(user)})),
        partners=tuple(partners_for(user).order_by("pk").values_list("pk", flat=True)),
        managed=tuple(partners_for(user, *MANAGING_ROLES).order_by("pk").values_list("pk", flat=True)),
    )


def write_json(user: User) -> SpooledTemporaryFile[bytes]:
    """Everything as one JSON document in a temporary file that nobody else can open; the caller closes it.

    Row by row, so that ten thousand cameras need no more memory than ten, and finished before a byte is sent, so that
    no database connection waits for a slow reader.
    """
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    for piece in _pieces(user):
        file.write(piece.encode())
    file.seek(0)
    return file


def shown_sections(user: User) -> list[ShownSection]:
    """Everything for the page, with at most so many rows of each section as the section says."""
    person = whose(user)
    return [_shown(section, person) for section in sections()]


def _pieces(user: User) -> Iterator[str]:
    person = whose(user)
    head = {"portal": settings.PORTAL_NAME, "site": settings.SITE_URL, "made_at": timezone.now().isoformat()}
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "sections": {'
    for number, section in enumerate(sections()):
        yield (",\n" if number else "\n") + f"  {json.dumps(section.key)}: ["
        for place, row in enumerate(section.rows(person)):
            yield ("," if place else "") + "\n   " + json.dumps(_plain(row), ensure_ascii=False)
        yield "]"
    yield "\n }\n}\n"


def _plain(row: Row) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, datetime):
            plain[key] = value.isoformat()
        elif isinstance(value, bytes):
            plain[key] = base64.b64encode(value).decode()
        else:
            plain[key] = value
    return plain


def _shown(section: Section, person: Whose) -> ShownSection:
    shown = ShownSection(section.key, str(section.title))
    for row in islice(section.rows(person), section.most_on_page + 1):
        if len(shown.rows) == section.most_on_page:
            shown.more = True
            break
        shown.rows.append([_line(section, key, value) for key, value in row.items() if value not in (None, "", [])])
    return shown


def _line(section: Section, key: str, value: Any) -> Shown:
    name = str(section.labels.get(key, key))
    if isinstance(value, bytes):
        return Shown(name, "", "data:image/jpeg;base64," + base64.b64encode(value).decode())
    return Shown(name, _words(value))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{date_format(local, 'DATETIME_FORMAT')} ({local:%Z})"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return str(value) if isinstance(value, str | float) else str(localize(value))
