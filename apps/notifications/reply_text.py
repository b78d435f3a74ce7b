"""What somebody wrote in an answer by mail, without the letter that their mail program repeats below it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html import unescape

from django.conf import settings
from django.utils.html import strip_tags

# Where mail programs begin to repeat what they answer, in the portal's languages.
_REPEATED = re.compile(
    r"""^\s*(?:
        >                                            # each line is marked
        | On\b.{4,200}\bwrote:\s*$
        | El\b.{4,200}\bescribi[oó]:\s*$
        | -{2,}\s*(?:Original\ Message|Forwarded\ message|Mensaje\ original)\s*-{2,}
        | _{10,}\s*$
        | (?:From|De):\s.*@
        | --\s?$                                     # a signature
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|blockquote)\b[^>]*>", re.IGNORECASE)


def text_of(mail: EmailMessage) -> str:
    """The words as plain text; empty if there are none."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
        content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    text = str(content).replace("\r\n", "\n")
    return unescape(strip_tags(_BREAKS.sub("\n", text))) if part.get_content_subtype() == "html" else text


def written_in(mail: EmailMessage) -> str:
    """What is new in the answer. A line with an address of ours goes too: it may open the reader's page."""
    lines: list[str] = []
    rows = text_of(mail).split("\n")
    for number, row in enumerate(rows):
        # "On Monday, somebody" and "wrote:" may stand in two lines.
        both = " ".join([row, *(below.strip() for below in rows[number + 1 : number + 2])])
        if _REPEATED.match(row) or _REPEATED.match(both):
            break
        if settings.SITE_URL not in row:
            lines.append(row.rstrip())
    return "\n".join(lines).strip()
