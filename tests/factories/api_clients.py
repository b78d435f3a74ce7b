"""Programs that call the API for a person."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from apps.accounts.api_keys import issue_key
from apps.accounts.models import KeyScope, User
from tests.factories.actors import actor_for


def new_key(user: User, *, scope: str = KeyScope.FULL, name: str = "recorder", days: int | None = None) -> str:
    """The secret of a fresh key of this person."""
    return issue_key(user=user, name=name, scope=scope, days=days, actor=actor_for(user))[1]


def by_token(user: User, *, scope: str = KeyScope.FULL) -> Client:
    """A client with a fresh key of this person."""
    key = new_key(user, scope=scope)
    return Client(headers={"authorization": f"Token {key}"})


def send(client: Client, verb: str, address: str, body: Any) -> Any:
    """The answer to a JSON body."""
    return getattr(client, verb)(address, json.dumps(body), content_type="application/json")
