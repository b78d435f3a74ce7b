"""The senders of the upload bench: a raw one that costs next to nothing, tuspy, and tus-js-client."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tusclient.client import TusClient

ROOT = Path(__file__).resolve().parents[2]
PART = 64 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    """Where to send, and as whom."""

    port: int
    path: str
    cookie: str
    metadata: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def metadata_header(self) -> str:
        return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in self.metadata.items())


class Connection:
    """One kept-alive connection, spoken to directly."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.sock = socket.create_connection(("127.0.0.1", target.port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self.sock.close()

    def request(
        self, method: str, path: str, headers: dict[str, object], body: tuple[int, int, int] | None = None
    ) -> dict[str, str]:
        """`body` is a file descriptor, an offset and a length. Raises unless the answer is 2xx."""
        self._head(method, path, headers)
        if body:
            fd, offset, left = body
            while left:
                sent = os.sendfile(self.sock.fileno(), fd, offset, left)
                offset, left = offset + sent, left - sent
        return self._answer(f"{method} {path}", bodyless=method == "HEAD")

    def begin_patch(self, path: str, length: int) -> None:
        """Promise `length` bytes from offset 0; the caller sends them."""
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": 0, "Content-Length": length}
        self._head("PATCH", path, kind)

    def _head(self, method: str, path: str, headers: dict[str, object]) -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._target.port}", "Tus-Resumable: 1.0.0"]
        if self._target.cookie:
            lines.append(f"Cookie: {self._target.cookie}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

    def _answer(self, asked: str, *, bodyless: bool) -> dict[str, str]:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionError("closed without an answer")
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        missing = 0 if bodyless else int(headers.get("content-length", "0")) - len(body)
        while missing > 0:
            missing -= len(self.sock.recv(65536))
        if first.split()[1][0] != "2":
            raise RuntimeError(f"{asked}: {first} {data!r}")
        return headers


def raw(target: Target, file: Path, size: int, *, part: int) -> None:
    """One upload on one connection."""
    fd = os.open(file, os.O_RDONLY)
    connection = Connection(target)
    try:
        created = connection.request(
            "POST",
            target.path,
            {"Upload-Length": size, "Upload-Metadata": target.metadata_header, "Content-Length": 0},
        )
        path = urlsplit(created["location"]).path
        for start in range(0, size, part):
            length = min(part, size - start)
            headers = {
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": start,
                "Content-Length": length,
            }
            answer = connection.request("PATCH", path, headers, (fd, start, length))
            if int(answer["upload-offset"]) != start + length:
                raise RuntimeError("the server counts otherwise")
    finally:
        connection.close()
        os.close(fd)


def raw_many(target: Target, file: Path, size: int, *, count: int, part: int) -> None:
    """`count` uploads at once."""
    failures: list[BaseException] = []

    def one() -> None:
        try:
            raw(target, file, size, part=part)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def by_tuspy(target: Target, file: Path) -> None:
    """The Python client, 64 MiB parts."""
    client = TusClient(target.url, headers={"Cookie": target.cookie} if target.cookie else {})
    client.uploader(str(file), chunk_size=PART, metadata=target.metadata).upload()


def by_tus_js(target: Target, file: Path) -> None:
    """The JavaScript client on Node, 64 MiB parts."""
    script = Path(__file__).with_name("upload_tus_js.mjs")
    command = [
        "node",
        str(script),
        target.url,
        str(file),
        str(PART),
        target.cookie,
        *map("=".join, target.metadata.items()),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
