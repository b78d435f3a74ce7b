"""The people of the city bench: each does what a browser of theirs asks for, with the pauses that a person makes."""

from __future__ import annotations

import base64
import json
import random
import re
import threading
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

import requests
from django.utils import timezone

TUS = {"Tus-Resumable": "1.0.0"}
KB = 1024
PART = 1024 * KB
SILENCE_S = 60
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
COMPOSE = "/admin/footage_requests/footagerequest/compose/"


@dataclass
class Watch:
    """What was asked for and how it was answered, by kind: (seconds, status). Status 0 is a line that broke."""

    answers: dict[str, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    #: What a page has said is done: its kind and how to find it.
    promised: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0
    patience: int = 20
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def saw(self, kind: str, seconds: float, status: int) -> None:
        """Note one answer."""
        with self.lock:
            self.answers[kind].append((seconds, status))

    def promise(self, kind: str, name: str) -> None:
        """Note what has been acknowledged."""
        with self.lock:
            self.promised.append((kind, name))


class Person(threading.Thread):
    """One browser. `live` is what it does; whatever breaks is noted and never ends the bench."""

    def __init__(self, watch: Watch, site: str, *, seed: int, session: str = "") -> None:
        super().__init__(daemon=True)
        self.watch, self.site, self.chance = watch, site, random.Random(seed)
        self.browser = requests.Session()
        self.tries = 0
        if session:
            self.browser.cookies.set("sessionid", session)

    def run(self) -> None:
        try:
            self.live()
        except Exception as problem:  # noqa: BLE001 - a person who gives up is a finding, not the end of the bench
            with self.watch.lock:
                self.watch.wrong.append(f"{type(self).__name__}: {problem!r}"[:200])

    def live(self) -> None:
        """What this person does."""
        raise NotImplementedError

    def pause(self, seconds: float) -> None:
        """About so long, or until the time is over."""
        self.watch.over.wait(seconds * (0.5 + self.chance.random()))

    def ask(self, kind: str, method: str, path: str, **more: object) -> requests.Response:
        """Ask, and again where the portal is busy or the line breaks, as a person does. Raises after so many times."""
        self.tries = 0
        for _turn in range(self.watch.patience):
            self.tries += 1
            began = time.perf_counter()
            try:
                answer = self.browser.request(
                    method,
                    f"{self.site}{path}",
                    timeout=SILENCE_S,
                    **more,  # type: ignore[arg-type]
                )
            except requests.RequestException:
                self.watch.saw(kind, time.perf_counter() - began, 0)
                time.sleep(1)
                continue
            self.watch.saw(kind, time.perf_counter() - began, answer.status_code)
            if answer.status_code < 500:
                return answer
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), 5))
        raise RuntimeError(f"{kind}: no answer after {self.tries} times")

    def fill_in(self, kind: str, page: requests.Response, path: str, fields: dict[str, object]) -> requests.Response:
        """Post a form of this page, and read where it leads."""
        found = TOKEN.search(page.text)
        if found is None:
            raise RuntimeError(f"{kind}: {path} has no form ({page.status_code})")
        data = {"csrfmiddlewaretoken": found[1], **fields}
        answer = self.ask(kind, "POST", path, data=data, headers={"Referer": f"{self.site}{path}"})
        # Whoever asks again after a broken line may hear that it is done.
        if answer.status_code >= 400 and not (answer.status_code == 409 and self.tries > 1):
            raise RuntimeError(f"{kind}: {path} answered {answer.status_code}")
        return answer


class Owner(Person):
    """Opens the letter's link, answers, and most of them send a film."""

    def __init__(self, watch: Watch, site: str, *, seed: int, invitation: str, token: str, film: bytes, wait: float):
        super().__init__(watch, site, seed=seed)
        self._invitation, self._token, self._wait = invitation, token, wait
        self._film = film

    def live(self) -> None:
        if self.watch.over.wait(self._wait):
            return
        page = self.ask("owner opens the link", "GET", f"/i/{self._invitation}/")
        opened = f"/links/invitation/{self._invitation}/open/"
        page = self.fill_in("owner opens the link", page, opened, {"token": self._token})
        self.pause(2)
        has_it = self.chance.random() < 0.6
        fields = {"all": "has_footage" if has_it else "none", "request_key": str(uuid.uuid4())}
        self.fill_in("owner answers", page, f"/i/{self._invitation}/", fields)
        if has_it:
            self.pause(2)
            self._send()

    def _send(self) -> None:
        box = self.chance.randbytes(self.chance.randrange(1, 3000 * KB))
        film = self._film + (len(box) + 8).to_bytes(4, "big") + b"free" + box
        receipt = send(self, f"porch {self._invitation[:8]}.mp4", film, self._invitation, rate=0)
        if receipt:
            self.ask("owner reads the receipt", "GET", receipt)


class Recorder(Person):
    """Sends one long file after another as fast as a line of 100 Mbit/s carries them."""

    RATE = 12_500_000

    def __init__(self, watch: Watch, site: str, *, seed: int, invitation: str, cookie: str) -> None:
        super().__init__(watch, site, seed=seed)
        self._invitation = invitation
        name, _equals, value = cookie.partition("=")
        self.browser.cookies.set(name, value)

    def live(self) -> None:
        number = 0
        while not self.watch.over.is_set():
            number += 1
            content = self.chance.randbytes(64 * 1024 * KB)
            send(self, f"recorder {number}.bin", content, self._invitation, rate=self.RATE)


def send(person: Person, name: str, content: bytes, invitation: str, *, rate: int) -> str:
    """Send a file over tus, part by part, going on where the portal says; returns the address of its receipt."""
    words = {"invitation": invitation, "filename": name}
    metadata = ",".join(f"{key} {base64.b64encode(word.encode()).decode()}" for key, word in words.items())
    begun = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    answer = person.ask("upload begins", "POST", "/files/", headers=begun)
    if answer.status_code != 201:
        raise RuntimeError(f"upload begins: {answer.status_code}")
    where, offset = answer.headers["Location"], 0
    path = where.removeprefix(person.site)
    while offset < len(content):
        part = content[offset : offset + PART * (4 if rate else 1)]
        began = time.monotonic()
        kind = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        answer = person.ask("upload part", "PATCH", path, data=part, headers=kind)
        if answer.status_code != 204:
            answer = person.ask("upload asks where", "HEAD", path, headers=TUS)
        offset = int(answer.headers["Upload-Offset"])
        with person.watch.lock:
            person.watch.sent += len(part)
        if rate:
            time.sleep(max(0.0, len(part) / rate - (time.monotonic() - began)))
    return str(person.ask("upload asks where", "GET", f"{path}/digest").json().get("receipt") or "")


class Reader(Person):
    """A member of the staff, or a partner, who reads page after page, some seconds each."""

    def __init__(self, watch: Watch, site: str, *, seed: int, session: str, kind: str, paths: list[str], each: float):
        super().__init__(watch, site, seed=seed, session=session)
        self._kind, self._paths, self._each = kind, paths, each

    def live(self) -> None:
        self.pause(self._each)
        while not self.watch.over.is_set():
            path = self.chance.choice(self._paths)
            answer = self.ask(self._kind, "GET", path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            self.pause(self._each)


class Board(Person):
    """An open board of calls: it asks each five seconds, and an unchanged board is an empty answer."""

    def live(self) -> None:
        tag = ""
        self.pause(5)
        while not self.watch.over.is_set():
            asked = {"If-None-Match": tag} if tag else {}
            answer = self.ask("board", "GET", "/admin/calls/call/rows/", headers=asked)
            if answer.status_code not in (200, 304):
                raise RuntimeError(f"the board answered {answer.status_code}")
            tag = answer.headers.get("ETag", tag)
            self.watch.over.wait(5)


class Detective(Person):
    """Writes a request and has a supervisor approve it, again and again."""

    def __init__(self, watch: Watch, site: str, *, seed: int, session: str, supervisor: str, place: list[float]):
        super().__init__(watch, site, seed=seed, session=session)
        self._supervisor = Reader(watch, site, seed=seed, session=supervisor, kind="", paths=[], each=0)
        self._place = place

    def live(self) -> None:
        self.pause(5)
        while not self.watch.over.is_set():
            self._ask_for_footage()
            self.pause(15)

    def _ask_for_footage(self) -> None:
        page = self.ask("detective composes", "GET", COMPOSE)
        day = (timezone.now() - timedelta(days=2)).date().isoformat()
        key = str(uuid.uuid4())
        fields = {
            "agency": re.findall(r'name="agency"[^>]*value="([^"]+)"', page.text)[:1],
            "shape": "circle", "latitude": self._place[1], "longitude": self._place[0], "radius_ft": 500,
            "start_date": day, "start_time": "14:00", "end_date": day, "end_time": "15:30",
            "case_number": f"26-{self.chance.randrange(10**6):06d}", "incident_type": "burglary",
            "reason": "The suspect fled on foot past these houses.", "message": "A person in a red jacket.",
            "request_key": key, "act": "submit",
        }  # fmt: skip
        page = self.fill_in("detective submits", page, COMPOSE, fields)
        address = page.url.removeprefix(self.site)
        if address == COMPOSE:
            raise RuntimeError("the request was not taken")
        self.watch.promise("request", key)
        self.pause(3)
        page = self._supervisor.ask("supervisor opens a request", "GET", address)
        version = re.search(r'name="version" value="(\d+)"', page.text)
        if version is None:
            raise RuntimeError("the supervisor finds nothing to approve")
        self._supervisor.fill_in("supervisor approves", page, f"{address}approve/", {"version": version[1]})
        self.watch.promise("approval", key)


class Resident(Person):
    """Registers camera after camera."""

    def live(self) -> None:
        self.pause(8)
        while not self.watch.over.is_set():
            page = self.ask("resident registers", "GET", "/cameras/add/")
            name = f"Camera {uuid.uuid4()}"
            fields = {
                "request_key": str(uuid.uuid4()), "name": name,
                "site_name": f"Home {self.chance.randrange(10**6)}", "site_address": "1 Elm Street",
                "latitude": f"{30.5 + self.chance.random() / 50:.5f}", "longitude": "-84.2807", "bearing": "135",
                "field_of_view": "90", "range_ft": "60", "retention_days": "7", "records_sound": "no", "notes": "",
            }  # fmt: skip
            answer = self.fill_in("resident registers", page, "/cameras/add/", fields)
            if "/registered/" not in answer.url:
                raise RuntimeError(f"the camera was not taken: {json.dumps(answer.url)}")
            self.watch.promise("camera", name)
            self.pause(8)
