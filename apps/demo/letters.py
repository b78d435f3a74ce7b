"""The only mail back-end of a practice portal: letters go into its mailbox, and say what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend

BOTH = "Practice. Nothing here is real. / Práctica. Nada de esto es real."
_BODY = re.compile(r"<body[^>]*>|^", re.I)


class PracticeMailbox(EmailBackend):
    """Writes files. It knows no server, so no setting can make it send."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.subject = f"[Practice] {message.subject}"
            message.body = f"{BOTH}\n\n{message.body}"
            if isinstance(message, EmailMultiAlternatives):
                given, message.alternatives = message.alternatives, []
                for content, kind in given:
                    marked = _marked(str(content)) if kind == "text/html" else str(content)
                    message.attach_alternative(marked, kind)
        return super().send_messages(email_messages) or 0


def _marked(page: str) -> str:
    place = list(_BODY.finditer(page))[-1].end()
    return f"{page[:place]}<p><strong>{BOTH}</strong></p>{page[place:]}"
