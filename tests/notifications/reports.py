"""Mails that mail servers and providers write about a letter, as they write them."""

from __future__ import annotations

TEMPLATE = """\
From: MAILER-DAEMON@mx.example.net
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 30 Nov 2026 00:00:00 +0000

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--=_b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
From: portal@localhost
To: ada@example.org
Subject: x

--=_b--
"""

COMPLAINT = """\
From: complaints@mx.example.net
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_b"

--=_b
Content-Type: text/plain

This is an abuse report.

--=_b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--=_b
Content-Type: message/rfc822

Message-ID: {message_id}
From: portal@localhost
Subject: x

text
--=_b--
"""


def report(
    message_id: str = "<none@x>",
    *,
    to: str = "postmaster@portal.example",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 <ada@example.org>: no such user",
) -> bytes:
    """A delivery status notification (RFC 3464)."""
    return TEMPLATE.format(to=to, action=action, status=status, diagnostic=diagnostic, message_id=message_id).encode()


def complaint(message_id: str, *, to: str = "postmaster@portal.example") -> bytes:
    """A complaint (RFC 5965)."""
    return COMPLAINT.format(to=to, message_id=message_id).encode()
