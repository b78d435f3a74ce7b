#!/usr/bin/env python3
"""Lets a recorder answer by itself: it proposes the minutes that were asked, and sends what its owner said yes to.

Runs beside the recorder, in the owner's house. It calls the portal; the portal never calls it and reaches into nothing.
Python 3.11 or newer and nothing else. `README.md` beside this file says how to set it up.

    python3 ccp_exporter.py exporter.toml          # goes on until it is stopped
    python3 ccp_exporter.py exporter.toml --once   # one round, for cron
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import logging
import os
import signal
import ssl
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

logger = logging.getLogger("ccp_exporter")
TIMEOUT_S = 60
CHUNK = 4 * 1024 * 1024
# A recorder writes a segment only when it is full: a window is looked at so long after its end.
SETTLES_S = 60
GAP_S = 2.0


class Refused(Exception):
    """The other side said no. `code` is the portal's word for programs."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code} {detail}".strip())
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Stretch:
    """A recording without a gap: whole seconds since 1970 (UTC), and about how many bytes."""

    begins: int
    ends: int
    size: int


class Recorder(Protocol):
    """What a recorder has to be able to do. `Frigate` below is the example."""

    clock_offset_s: int | None

    def stretches(self, camera: str, start: int, end: int) -> list[Stretch]:
        """What is recorded between these seconds."""

    def fetch(self, camera: str, stretch: Stretch, to: Path) -> None:
        """Write the stretch to this file, whole or not at all."""


def open_http(address: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the host of this address, and the path before everything that is asked there."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT_S, context=secure), parts.path.rstrip("/")
    return http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S), parts.path.rstrip("/")


class Frigate:
    """Frigate's HTTP API: `/api/<camera>/recordings` and `/api/<camera>/start/<s>/end/<s>/clip.mp4`.

    The inner port (5000 by default) asks for no password: let nobody but this machine reach it.
    """

    def __init__(self, address: str, clock_offset_s: int | None = None) -> None:
        self.address, self.clock_offset_s = address, clock_offset_s

    def stretches(self, camera: str, start: int, end: int) -> list[Stretch]:
        query = urlencode({"after": start, "before": end})
        with self._answer(f"/api/{quote(camera, safe='')}/recordings?{query}") as answer:
            rows = sorted(json.load(answer), key=lambda row: float(row["start_time"]))
        found: list[list[float]] = []
        for row in rows:
            begins, ends = max(float(row["start_time"]), start), min(float(row["end_time"]), end)
            length = float(row["end_time"]) - float(row["start_time"])
            if ends <= begins or length <= 0:
                continue
            # Frigate gives a segment's size in MiB, and none for a segment that it does not know yet.
            size = float(row.get("segment_size") or 0) * 2**20 * (ends - begins) / length
            if found and begins - found[-1][1] <= GAP_S:
                found[-1][1], found[-1][2] = max(found[-1][1], ends), found[-1][2] + size
            else:
                found.append([begins, ends, size])
        whole = [Stretch(int(begins), int(-(-ends // 1)), int(size)) for begins, ends, size in found]
        return [one for one in whole if one.ends > one.begins]

    def fetch(self, camera: str, stretch: Stretch, to: Path) -> None:
        path = f"/api/{quote(camera, safe='')}/start/{stretch.begins}/end/{stretch.ends}/clip.mp4"
        part = to.with_suffix(".part")
        with self._answer(path) as answer, part.open("wb") as file:
            while block := answer.read(1 << 20):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if part.stat().st_size == 0:
            raise OSError(f"{camera}: the recorder sent an empty file")
        part.replace(to)

    def _answer(self, path: str) -> http.client.HTTPResponse:
        connection, before = open_http(self.address)
        connection.request("GET", before + path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise Refused(answer.status, "recorder", path)
        return answer


class Portal:
    """The portal, with the owner's key of the scope “propose video”."""

    def __init__(self, address: str, key: str, chunk: int = CHUNK) -> None:
        self.address, self._key, self._chunk = address, key, chunk

    def asked(self) -> list[dict[str, Any]]:
        """The open requests, with their windows and the owner's cameras in them."""
        return list(self._json("GET", "/api/v1/exporter/requests/"))

    def propose(self, **piece: Any) -> dict[str, Any]:
        """Say what was found. A repeat with the same `client_id` changes nothing."""
        return dict(self._json("POST", "/api/v1/exporter/pieces/", piece))

    def pieces(self, state: str) -> Iterator[dict[str, Any]]:
        """What was proposed and is in this state."""
        offset = 0
        while True:
            query = urlencode({"state": state, "limit": 200, "offset": offset})
            page = self._json("GET", f"/api/v1/exporter/pieces/?{query}")
            yield from page["results"]
            offset += len(page["results"])
            if not page["next"]:
                return

    def send(self, piece: dict[str, Any], file: Path, kept: Kept) -> str:
        """Send the file by tus 1.0, from where it stopped; returns its address. Raises Refused without a yes."""
        size = file.stat().st_size
        address = kept.upload or piece["upload"]
        offset = self._offset(address) if address else None
        if address is None or offset is None:
            address, offset = self._create(piece, size, f"{file.stem}.mp4"), 0
            kept.upload = address
            kept.save()
        with file.open("rb") as source:
            while offset < size:
                source.seek(offset)
                block = source.read(self._chunk)
                headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
                _status, answered, _body = self._call("PATCH", address, block, headers)
                offset = int(answered["Upload-Offset"])
        with file.open("rb") as source:
            self._json("POST", f"{address}/digest", {"sha256": hashlib.file_digest(source, "sha256").hexdigest()})
        return address

    def note(self, address: str, clock_offset_s: int) -> None:
        """Say how wrong the recorder's clock is."""
        self._json("POST", f"{address}/note", {"clock_minutes": round(clock_offset_s / 60)})

    def _create(self, piece: dict[str, Any], size: int, name: str) -> str:
        words = {"piece": piece["id"], "filename": name, "filetype": "video/mp4"}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())
        headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        _status, answered, _body = self._call("POST", "/files/", b"", headers)
        return urlsplit(answered["Location"]).path

    def _offset(self, address: str) -> int | None:
        """How much has come; None where the upload is no longer there, and begins anew."""
        try:
            _status, answered, _body = self._call("HEAD", address, None, {})
        except Refused as refusal:
            if refusal.status in (404, 410):
                return None
            raise
        return int(answered["Upload-Offset"])

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        _status, _headers, answered = self._call(method, path, content, {"Content-Type": "application/json"})
        return json.loads(answered)

    def _call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection, before = open_http(self.address)
        known = {"Authorization": f"Token {self._key}", "Accept": "application/json", "Tus-Resumable": "1.0.0"}
        try:
            connection.request(method, before + path, body, known | headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise _refusal(answer.status, content)
        return answer.status, answer.headers, content


def _refusal(status: int, content: bytes) -> Refused:
    try:
        problem = json.loads(content)
        return Refused(status, str(problem.get("code", "")), str(problem.get("detail", "")))
    except (ValueError, AttributeError):
        return Refused(status, "", "")


class Kept:
    """What is known of one piece, in a file that survives a power cut: camera, seconds, and where its upload is."""

    def __init__(self, folder: Path, client_id: str) -> None:
        self._path, self.video = folder / f"{client_id}.json", folder / f"{client_id}.mp4"
        stored = json.loads(self._path.read_text()) if self._path.exists() else {}
        self.camera: str = stored.get("camera", "")
        self.begins: int = stored.get("begins", 0)
        self.ends: int = stored.get("ends", 0)
        self.upload: str = stored.get("upload", "")

    @property
    def is_known(self) -> bool:
        return bool(self.camera)

    def save(self) -> None:
        """Durable before anything that depends on it."""
        words = {"camera": self.camera, "begins": self.begins, "ends": self.ends, "upload": self.upload}
        part = self._path.with_suffix(".new")
        with part.open("w") as file:
            json.dump(words, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)

    def forget(self) -> None:
        """The piece was sent, or nobody wants it: the recorder keeps the video, this program does not."""
        self.video.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)


def seconds(stamp: str) -> int:
    """Seconds since 1970 of a time as the portal writes it."""
    return int(datetime.fromisoformat(stamp).timestamp())


def stamp(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


class Exporter:
    """One round after another: propose what was asked, send what was agreed, forget what was refused."""

    def __init__(self, portal: Portal, recorder: Recorder, cameras: dict[str, str], folder: Path) -> None:
        self._portal, self._recorder, self._cameras, self._folder = portal, recorder, cameras, folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def round(self) -> None:
        """Everything that is to do now. What fails is tried again in the next round, and holds up nothing else."""
        for asked in self._portal.asked():
            for camera in asked["cameras"]:
                name = self._cameras.get(camera["camera"])
                for window in asked["windows"] if name else []:
                    self._try("propose", self._propose, camera["match"], name, window)
        for piece in list(self._portal.pieces("agreed")):
            self._try("send", self._send, piece)
        for state in ("refused", "sent"):
            for piece in self._portal.pieces(state):
                Kept(self._folder, piece["client_id"]).forget()

    def _try(self, what: str, act: Any, *arguments: Any) -> None:
        try:
            act(*arguments)
        except Refused as refusal:
            if refusal.status == 401:
                raise
            logger.warning("%s: %s", what, refusal)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            logger.warning("%s: %s: %s", what, type(error).__name__, error)

    def _propose(self, match: str, name: str, window: dict[str, str]) -> None:
        start, end = seconds(window["start"]), seconds(window["end"])
        if end + SETTLES_S > time.time():
            return
        for found in self._recorder.stretches(name, start, end):
            client_id = hashlib.sha256(f"{match} {found.begins} {found.ends}".encode()).hexdigest()[:32]
            kept = Kept(self._folder, client_id)
            if kept.is_known:
                continue
            piece = self._portal.propose(
                match=match,
                client_id=client_id,
                begins=stamp(found.begins),
                ends=stamp(found.ends),
                size=found.size or None,
                clock_offset_s=self._recorder.clock_offset_s,
            )
            if piece["state"] in ("proposed", "agreed"):
                kept.camera, kept.begins, kept.ends = name, found.begins, found.ends
                kept.save()
                logger.info("proposed %s of %s", client_id, name)

    def _send(self, piece: dict[str, Any]) -> None:
        kept = Kept(self._folder, piece["client_id"])
        if not kept.is_known:
            return  # another program of the owner proposed it
        if not kept.video.exists():
            self._recorder.fetch(kept.camera, Stretch(kept.begins, kept.ends, 0), kept.video)
        address = self._portal.send(piece, kept.video, kept)
        if self._recorder.clock_offset_s:
            self._portal.note(address, self._recorder.clock_offset_s)
        kept.forget()
        logger.info("sent %s", piece["client_id"])


def configured(path: Path) -> tuple[Exporter, float]:
    """The exporter of this file of settings, and how many seconds lie between two rounds."""
    stated = tomllib.loads(path.read_text())
    recorder = stated["recorder"]
    if recorder["kind"] != "frigate":
        raise SystemExit("This program knows Frigate. Add a class with `stretches` and `fetch` for another recorder.")
    portal = Portal(stated["portal"], Path(stated["key_file"]).read_text().strip(), stated.get("chunk", CHUNK))
    source = Frigate(recorder["address"], recorder.get("clock_offset_s"))
    return Exporter(portal, source, stated["cameras"], Path(stated["state"])), float(stated.get("every_s", 60))


def main() -> int:
    """Run rounds until it is stopped. A key that was revoked ends the program: 2."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("settings", type=Path)
    words.add_argument("--once", action="store_true", help="one round, then end")
    given = words.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    exporter, every_s = configured(given.settings)
    while True:
        try:
            exporter.round()
        except Refused as refusal:
            logger.error("%s", refusal)
            if refusal.status == 401:
                return 2
        except (OSError, http.client.HTTPException, ValueError) as error:
            logger.warning("The portal does not answer: %s", error)
        if given.once:
            return 0
        time.sleep(every_s)


if __name__ == "__main__":
    sys.exit(main())
