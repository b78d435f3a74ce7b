"""A small real mail server on loopback whose manners a test chooses."""

from __future__ import annotations

import email
import socket
import threading
from contextlib import contextmanager
from email.message import Message


class MailServer:
    """Speaks SMTP. `manners` maps a step (connect, mail, rcpt, data, body) to what it does there, once for each entry.

    A number is the code it answers, another text the whole answer; "drop" closes the line; "hang" says nothing more
    until the test ends.
    """

    def __init__(self) -> None:
        self.manners: dict[str, list[int | str]] = {}
        self.accepted: list[Message] = []
        self.senders: list[str] = []
        self.bodies = 0
        self.body_arrived = threading.Event()
        self.stopped = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        # A plain close leaves the port open while the other thread still waits in accept().
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rwb") as stream:

            def say(text: str) -> None:
                stream.write(f"{text}\r\n".encode())
                stream.flush()

            def step(name: str, good: str) -> bool:
                """Answer as the manners say; False ends the conversation."""
                manner = self.manners[name].pop(0) if self.manners.get(name) else None
                if manner == "drop":
                    return False
                if manner == "hang":
                    self.stopped.wait()
                    return False
                code = f"{manner} {str(manner)[0]}.0.0 for ada@example.org"
                say(good if manner is None else manner if isinstance(manner, str) else code)
                return True

            if not step("connect", "220 ready"):
                return
            while words := stream.readline():
                verb = words.split(b" ")[0].strip().upper()
                if verb == b"MAIL":
                    self.senders.append(words.split(b"<")[1].split(b">")[0].decode())
                if verb == b"EHLO":
                    say("250-test\r\n250 8BITMIME")
                elif verb == b"MAIL" and not step("mail", "250 ok") or verb == b"RCPT" and not step("rcpt", "250 ok"):
                    return
                elif verb == b"DATA":
                    refused = bool(self.manners.get("data"))
                    if not step("data", "354 go on"):
                        return
                    if not refused and not self._body(stream, step):
                        return
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                elif verb in (b"RSET", b"NOOP"):
                    say("250 ok")

    def _body(self, stream, step) -> bool:
        lines = []
        while (words := stream.readline()) not in (b".\r\n", b""):
            lines.append(words[1:] if words.startswith(b"..") else words)
        manner = (self.manners.get("body") or [250])[0]
        # Who drops the line after the last dot may well have taken the message.
        if manner in (250, "drop", "hang"):
            self.accepted.append(email.message_from_bytes(b"".join(lines)))
        self.bodies += 1
        self.body_arrived.set()
        return step("body", "250 taken")


@contextmanager
def mail_server():
    server = MailServer()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        if not server.stopped.is_set():
            server.stop()
