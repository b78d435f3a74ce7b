"""A passkey in software: it answers the portal's options as a phone would, and lies where a test asks it to."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from apps.accounts.models import User

ORIGIN = "https://testserver"
SECURE: dict[str, Any] = {"secure": True}
FLAG = AuthenticatorData.FLAG


class SoftPasskey:
    """One discoverable credential. `verified` says whether the device checks who holds it."""

    def __init__(self, *, origin: str = ORIGIN, host: str = "testserver", verified: bool = True) -> None:
        self.origin, self.host, self.verified = origin, host, verified
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.user_handle = ""

    def create(self, options: dict[str, Any]) -> str:
        """The answer to `creation_options`, as JSON."""
        given = options["publicKey"]
        self.user_handle = given["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        held = AttestedCredentialData.create(Aaguid(bytes(16)), self.credential_id, public)
        attested = AttestationObject.create("none", self._data(FLAG.AT, held), {})
        said = CollectedClientData.create("webauthn.create", given["challenge"], self.origin)
        return self._answer({"clientDataJSON": said, "attestationObject": attested})

    def get(self, options: dict[str, Any]) -> str:
        """The answer to `request_options`, as JSON."""
        said = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], self.origin)
        data = self._data(FLAG(0))
        signature = self.key.sign(bytes(data) + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        return self._answer(parts, userHandle=self.user_handle)

    def _data(self, more: AuthenticatorData.FLAG, held: bytes = b"") -> AuthenticatorData:
        flags = FLAG.UP | more | (FLAG.UV if self.verified else FLAG(0))
        return AuthenticatorData.create(hashlib.sha256(self.host.encode()).digest(), flags, 0, held)

    def _answer(self, parts: dict[str, bytes], **plain: str) -> str:
        name = websafe_encode(self.credential_id)
        response = {key: websafe_encode(bytes(value)) for key, value in parts.items()} | plain
        more = {"clientExtensionResults": {"credProps": {"rk": True}}, "authenticatorAttachment": "platform"}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response} | more)


def give_passkey(user: User, name: str = "Phone", *, passkey: SoftPasskey | None = None) -> Authenticator:
    """The account has this passkey, as if it had been added on the page."""
    held = passkey or SoftPasskey()
    handle = websafe_encode(user_pk_to_url_str(user).encode())
    credential = json.loads(
        held.create({"publicKey": {"user": {"id": handle}, "challenge": websafe_encode(bytes(32))}})
    )
    data = {"name": name, "credential": credential}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def sign_in_with(client: Client, passkey: SoftPasskey, **post: str) -> HttpResponse:
    """Sign in with this passkey alone."""
    options = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}, **SECURE).json()
    answer = passkey.get(options["request_options"])
    return client.post(reverse("mfa_login_webauthn"), {"credential": answer, **post}, **SECURE)
