"""A half-configured identity provider stops the start, and says which line is missing."""

import json

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.identity import read_providers

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
    return read_providers(environ.Env())


def test_a_whole_one_gets_its_secret_and_its_origin(monkeypatch):
    (one,) = read(monkeypatch, WHOLE)
    assert (one["secret"], one["origins"]) == ("s3cret", ["https://idp.example"])


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_line_is_named(monkeypatch, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(monkeypatch, {key: value for key, value in WHOLE.items() if key != name})


def test_a_provider_without_tls_is_refused(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="https"):
        read(monkeypatch, WHOLE | {"server_url": "http://idp.example"})


def test_none_is_the_default(monkeypatch):
    monkeypatch.delenv("STAFF_IDENTITY_PROVIDERS", raising=False)
    assert read_providers(environ.Env()) == []
