"""How a text message leaves the portal: a small protocol, a folder to try with, and a provider by its REST API.

`TEXTS_URL` names the back end: `folder:///path`, or `twilio://ACCOUNT:TOKEN@api.twilio.com?from=+18505550100`
(`?service=MG…` for a messaging service). Empty: the portal sends no text messages.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from django.conf import settings

from apps.notifications.outcomes import AnswerLost, NotTaken, Refused

TIMEOUT_S = (10, 30)
#: What Twilio answers about a number: it asked for no more, it is none, it is a landline, it cannot be reached.
_ABOUT_THE_NUMBER = {21211, 21610, 21612, 21614}


class Texts(Protocol):
    """A back end. `send` returns once the text is taken, and raises NotTaken, Refused or AnswerLost otherwise."""

    def send(self, *, number: str, text: str) -> None:
        """Hand over one text to a number in E.164."""


class FolderTexts:
    """Each text is a file: for the demo, development and tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, *, number: str, text: str) -> None:
        """Write it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{uuid.uuid4()}.json"
        path.write_text(json.dumps({"to": number, "text": text}, ensure_ascii=False))


class TwilioTexts:
    """Twilio's REST API (Messages). https://www.twilio.com/docs/messaging/api/message-resource"""

    def __init__(self, *, base: str, account: str, token: str, sender: str, service: str) -> None:
        self._address = f"{base}/2010-04-01/Accounts/{account}/Messages.json"
        self._auth = (account, token)
        self._from = {"MessagingServiceSid": service} if service else {"From": sender}

    def send(self, *, number: str, text: str) -> None:
        """Post it. An answer that was lost may have been a yes."""
        try:
            answer = requests.post(
                self._address, data={"To": number, "Body": text, **self._from}, auth=self._auth, timeout=TIMEOUT_S
            )
        except requests.exceptions.ConnectTimeout as error:
            raise NotTaken("ConnectTimeout", line_failed=True) from error
        except requests.exceptions.RequestException as error:
            if _never_connected(error):
                raise NotTaken(type(error).__name__, line_failed=True) from error
            raise AnswerLost(type(error).__name__, line_failed=True) from error
        if answer.status_code in (200, 201):
            return
        if answer.status_code >= 500:
            raise AnswerLost(str(answer.status_code), line_failed=True)
        code = _code_in(answer)
        if code in _ABOUT_THE_NUMBER:
            raise Refused(f"{answer.status_code} {code}", is_about_reader=True)
        # Our key, our pace or our text.
        raise NotTaken(f"{answer.status_code} {code or ''}".strip())


def _never_connected(error: BaseException) -> bool:
    """Whether the line was never there: then nothing was sent."""
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)


def _code_in(answer: requests.Response) -> int:
    try:
        return int(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return 0


def texts_backend() -> Texts | None:
    """The back end that the settings name; None where the portal sends no texts."""
    parts = urlsplit(settings.TEXTS_URL)
    if parts.scheme == "folder":
        return FolderTexts(Path(parts.path))
    if parts.scheme != "twilio":
        return None
    given = parse_qs(parts.query)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    plain = host in ("127.0.0.1", "localhost")  # a provider of a test
    return TwilioTexts(
        base=f"{'http' if plain else 'https'}://{host}{port}",
        account=unquote(parts.username or ""),
        token=unquote(parts.password or ""),
        sender=given.get("from", [""])[0].replace(" ", "+"),
        service=given.get("service", [""])[0],
    )


def provider_token() -> str:
    """The key with which the provider signs what it tells us; empty where there is none."""
    parts = urlsplit(settings.TEXTS_URL)
    return unquote(parts.password or "") if parts.scheme == "twilio" else ""
