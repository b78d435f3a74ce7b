"""Cases with notes."""

from __future__ import annotations

from uuid import uuid4

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.cases.models import CaseNote
from apps.cases.services import add_note


def note_on(case: Case, author: User, text: str = "Spoke to the owner.", *, work_product: bool = False) -> CaseNote:
    """A note of this author."""
    return add_note(case=case, text=text, work_product=work_product, user=author, request_key=uuid4())
