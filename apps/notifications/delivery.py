"""Hand one message to the mail server and say for certain what became of it, as far as that can be known."""

from __future__ import annotations

import smtplib
from types import TracebackType

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from apps.notifications.models import Channel, Message
from apps.notifications.outcomes import AnswerLost, NotDelivered, NotTaken, Refused
from apps.notifications.return_addresses import return_address, token_of
from apps.notifications.return_reasons import status_in
from apps.notifications.texts import texts_backend


class Courier:
    """One connection to the mail server for many messages; opened on first use, dropped after any trouble.

    `line_failed` says that the server could not be reached or did not answer: other messages would wait as long.
    """

    def __init__(self) -> None:
        self._backend = get_connection()
        self.line_failed = False
        self.texts_failed = False
        self._is_open = False

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def deliver(self, message: Message) -> None:
        """Return once the server has taken the message. Raises NotTaken, Refused or AnswerLost."""
        if message.channel == Channel.TEXT:
            self._text(message)
            return
        mail = _rendered(message)
        try:
            reused = self._open()
            if isinstance(self._backend, EmailBackend):
                try:
                    self._envelope(mail)
                except smtplib.SMTPServerDisconnected:
                    if not reused:
                        raise
                    # An idle connection that the server gave up; nothing of this message was under way.
                    self._drop()
                    self._open()
                    self._envelope(mail)
                self._body(mail)
            else:
                self._hand_over(mail)
        except (Refused, NotTaken, AnswerLost):
            self._drop()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            self.line_failed = True
            raise NotTaken(_reason(error)) from error

    def _text(self, message: Message) -> None:
        """A text message. A provider that cannot be reached holds up no mail."""
        backend = texts_backend()
        if backend is None:
            raise Refused("The portal sends no text messages.")
        if self.texts_failed:
            raise NotTaken("The provider of text messages did not answer in this run.")
        try:
            backend.send(number=message.recipient, text=message.words.text)
        except NotDelivered as error:
            self.texts_failed = error.line_failed
            raise

    def _open(self) -> bool:
        """Say whether the connection was open already."""
        if self._is_open:
            return True
        self._backend.open()
        self._is_open = True
        return False

    def _drop(self) -> None:
        self._is_open = False
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            self._backend = get_connection()

    def _smtp(self) -> smtplib.SMTP:
        assert isinstance(self._backend, EmailBackend)  # noqa: S101
        assert self._backend.connection is not None  # noqa: S101
        smtp: smtplib.SMTP = self._backend.connection
        return smtp

    def _envelope(self, mail: EmailMultiAlternatives) -> None:
        """MAIL and RCPT. A refusal of the sender is about us, so it is never for good; one of the recipient may be."""
        smtp = self._smtp()
        smtp.ehlo_or_helo_if_needed()
        options = ["body=8bitmime"] if smtp.has_extn("8bitmime") else []
        sender: str = getattr(mail, "envelope_sender", "") or mail.from_email
        code, answer = smtp.mail(sanitize_address(sender, "utf-8"), options)
        if code != 250:
            raise NotTaken(_answer(code, answer))
        code, answer = smtp.rcpt(sanitize_address(mail.to[0], "utf-8"))
        _judge(code, answer, taken=(250, 251), is_about_reader=True)

    def _body(self, mail: EmailMultiAlternatives) -> None:
        try:
            code, answer = self._smtp().data(mail.message().as_bytes())  # smtplib writes the line ends
        except smtplib.SMTPDataError as error:
            # The server did not even want the body.
            _judge(error.smtp_code, error.smtp_error, taken=())
            return
        except (OSError, smtplib.SMTPException) as error:
            self.line_failed = True
            raise AnswerLost(_reason(error)) from error
        _judge(code, answer, taken=(250,))

    def _hand_over(self, mail: EmailMultiAlternatives) -> None:
        """Other back-ends (a folder, a provider's API) do not say how far they came; a provider's answer says no."""
        try:
            count = self._backend.send_messages([mail])
        except AnymailRecipientsRefused as error:
            raise Refused(_reason(error), status="5.1.1", is_about_reader=True) from error
        except AnymailAPIError as error:
            if error.status_code is not None and 400 <= error.status_code < 500:
                # Our key, our pace or our message: what it is about, its words say to who reads the provider's log.
                raise NotTaken(f"{_reason(error)} {error.status_code}") from error
            self.line_failed = True
            raise AnswerLost(_reason(error)) from error
        except Exception as error:
            raise AnswerLost(_reason(error)) from error
        if not count:
            raise NotTaken("The back-end took no message.")


def _rendered(message: Message) -> EmailMultiAlternatives:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.unsubscribe_url:
        # RFC 8058: mail programs show a button of their own, which posts once and asks nothing.
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    words = message.words
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=words.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers=headers,
    )
    if address := return_address(message):
        mail.envelope_sender = address  # type: ignore[attr-defined]
        mail.reply_to = [address]
    mail.metadata = {"letter": token_of(message)}  # type: ignore[attr-defined]
    if words.html:
        mail.attach_alternative(words.html, "text/html")
    return mail


def _judge(code: int, answer: bytes | str, *, taken: tuple[int, ...], is_about_reader: bool = False) -> None:
    if code in taken:
        return
    said = _answer(code, answer)
    if 500 <= code < 600:
        raise Refused(said, status=status_in(said), is_about_reader=is_about_reader)
    raise NotTaken(said)


def _answer(code: int, answer: bytes | str) -> str:
    """The server's code alone: its words often repeat the recipient's address."""
    words = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    enhanced = words.split(" ", 1)[0]
    return f"{code} {enhanced}" if enhanced.count(".") == 2 and enhanced.replace(".", "").isdigit() else str(code)


def _reason(error: BaseException) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
