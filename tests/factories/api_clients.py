"""Programs that call the API for a person."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from apps.accounts.api_tokens import issue_token
from apps.accounts.models import User
from tests.factories.actors import actor_for


def by_token(user: User) -> Client:
    """A client with a fresh key of this person."""
    key = issue_token(user=user, actor=actor_for(user))
    return Client(headers={"authorization": f"Token {key}"})


def send(client: Client, verb: str, address: str, body: Any) -> Any:
    """The answer to a JSON body."""
    return getattr(client, verb)(address, json.dumps(body), content_type="application/json")
