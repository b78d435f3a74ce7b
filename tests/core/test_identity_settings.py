"""A half-configured identity provider stops the start, and says which line is missing."""

import json

import pytest

from config.settings.identity import read_providers
from config.settings.reading import Environment

WHOLE = {
    "id": "tpd",
    "agency": "TPD",
    "name": "Police",
    "kind": "oidc",
    "server_url": "https://idp.example",
    "client_id": "portal",
    "domains": ["tpd.example"],
}


def read(monkeypatch, *providers):
    monkeypatch.setenv("STAFF_IDENTITY_PROVIDERS", json.dumps(providers))
    monkeypatch.setenv("STAFF_IDP_SECRET_TPD", "s3cret")
    return read_providers(Environment())


def problem(monkeypatch, *providers):
    env = Environment()
    monkeypatch.setenv("STAFF_IDENTITY_PROVIDERS", json.dumps(providers))
    assert read_providers(env) == []
    return env.problems["STAFF_IDENTITY_PROVIDERS"]


def test_a_whole_one_gets_its_secret_and_its_origin(monkeypatch):
    (one,) = read(monkeypatch, WHOLE)
    assert (one["secret"], one["origins"]) == ("s3cret", ["https://idp.example"])


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_line_is_named(monkeypatch, name):
    assert name in problem(monkeypatch, {key: value for key, value in WHOLE.items() if key != name})


def test_a_provider_without_tls_is_refused(monkeypatch):
    assert "https" in problem(monkeypatch, WHOLE | {"server_url": "http://idp.example"})


def test_none_is_the_default(monkeypatch):
    monkeypatch.delenv("STAFF_IDENTITY_PROVIDERS", raising=False)
    assert read_providers(Environment()) == []
