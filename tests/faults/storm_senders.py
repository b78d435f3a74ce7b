"""Senders of a storm: they go on where the portal says that they are, and remember every byte it acknowledged."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

KB = 1024
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Sent:
    """One file: what the portal has said about it."""

    name: str
    size: int
    digest: str
    kind: str
    upload: str = ""
    acknowledged: int = 0
    whole: bool = False


@dataclass
class Crowd:
    """Everything that was sent, and everything that must never have happened."""

    port: int
    cookie: str
    invitation: str
    clip: bytes
    files: list[Sent] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    enough: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


def content_of(kind: str, number: int, chance: random.Random, clip: bytes) -> bytes:
    """Bytes of a file. A film has a box of random bytes at its end, so that no two are alike."""
    if kind == "film":
        rest = chance.randbytes(chance.randrange(8, 200 * KB))
        return clip + (len(rest) + 8).to_bytes(4, "big") + b"free" + rest
    if kind == "twin":
        return random.Random(number // 40).randbytes(300 * KB)
    if kind == "large":
        return chance.randbytes(chance.randrange(4 * KB * KB, 16 * KB * KB))
    return chance.randbytes(chance.randrange(1, 2 * KB * KB))


class Sender(threading.Thread):
    """Sends one file after another until there are enough."""

    def __init__(self, crowd: Crowd, number: int, *, seed: int, files: int, pause: float) -> None:
        super().__init__(name=f"sender {number}", daemon=True)
        self._crowd, self._number, self._files, self._pause = crowd, number, files, pause
        self._chance = random.Random(f"{seed} {number}")

    def run(self) -> None:
        for turn in range(self._files):
            if self._crowd.enough.is_set():
                return
            kind = self._chance.choices(["bytes", "film", "large", "twin"], [60, 20, 12, 8])[0]
            number = self._number * 100_000 + turn
            content = content_of(kind, turn, self._chance, self._crowd.clip)
            sent = Sent(f"{number} {kind}.mp4", len(content), hashlib.sha256(content).hexdigest(), kind)
            with self._crowd.lock:
                self._crowd.files.append(sent)
            self._send(sent, content)
            self._crowd.enough.wait(self._pause * self._chance.random())

    def _send(self, sent: Sent, content: bytes) -> None:
        while not sent.whole and not self._crowd.over.is_set():
            try:
                if not sent.upload:
                    self._begin(sent)
                    continue
                offset = self._where(sent)
                if offset is not None and not sent.whole:
                    self._go_on(sent, content, offset)
            except (OSError, http.client.HTTPException):
                with self._crowd.lock:
                    self._crowd.broken += 1
                time.sleep(0.1 + 0.4 * self._chance.random())

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self._crowd.port, timeout=60)
        with contextlib.closing(line):
            line.request(method, path, body, {**TUS, "Cookie": self._crowd.cookie, **headers})
            answer = line.getresponse()
            answer.read()
            with self._crowd.lock:
                self._crowd.answers[answer.status] = self._crowd.answers.get(answer.status, 0) + 1
            return answer

    def _begin(self, sent: Sent) -> None:
        def named(**words: str) -> str:
            return ",".join(f"{key} {base64.b64encode(word.encode()).decode()}" for key, word in words.items())

        metadata = named(invitation=self._crowd.invitation, filename=sent.name)
        answer = self._ask("POST", "/files/", {"Upload-Length": str(sent.size), "Upload-Metadata": metadata})
        if answer.status == 201:
            sent.upload = str(answer.headers["Location"])
        else:
            self._try_later(answer.status, sent)

    def _where(self, sent: Sent) -> int | None:
        answer = self._ask("HEAD", sent.upload, {})
        if answer.status != 200:
            self._try_later(answer.status, sent)
            return None
        offset = int(answer.headers["Upload-Offset"])
        self._heard(sent, offset)
        return offset

    def _go_on(self, sent: Sent, content: bytes, offset: int) -> None:
        piece = content[offset : offset + self._chance.choice([50 * KB, 400 * KB, 3 * KB * KB, len(content)])]
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        answer = self._ask("PATCH", sent.upload, kind, piece)
        if answer.status == 204:
            self._heard(sent, int(answer.headers["Upload-Offset"]))
        elif answer.status not in (403, 409, 423):
            self._try_later(answer.status, sent)

    def _heard(self, sent: Sent, offset: int) -> None:
        if offset < sent.acknowledged:
            self._crowd.wrong.append(f"{sent.name}: {sent.acknowledged} bytes were acknowledged, then {offset}")
        sent.acknowledged = offset
        sent.whole = offset == sent.size

    def _try_later(self, status: int, sent: Sent) -> None:
        if status < 500 and status not in (408, 429):
            self._crowd.wrong.append(f"{sent.name}: answered {status} at {sent.acknowledged} of {sent.size}")
            sent.upload, sent.acknowledged = "", 0
        time.sleep(0.2 + 0.5 * self._chance.random())


def a_clip() -> bytes:
    """A second of film that a browser plays."""
    from tests.factories.clips import clip

    path: Path = clip("h264", seconds=1, size="160x120")
    return path.read_bytes()
