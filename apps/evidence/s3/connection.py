"""One client for each process, and the store's errors in our words."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from apps.core.bucket_address import Address
from apps.evidence.store_contract import MissingObject, StoreError, StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"}
"""405 is the answer for a version that is a delete marker."""
FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageFull", "507"}
KEY_REFUSED = {
    "AccessDenied",
    "AccountProblem",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UserSuspended",
    "403",
}
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Access:
    """Who we are to the store, and how we speak to it. Empty keys: boto3 looks for them where it always does."""

    key_id: str = ""
    secret: str = ""
    region: str = ""
    addressing: str = "auto"
    ca_bundle: str = ""
    silence_seconds: float = 30.0


class Connection:
    """A bucket and a client for it. A process that was forked gets a client of its own; sockets are never shared."""

    def __init__(self, address: Address, access: Access) -> None:
        self.address = address
        self._access = access
        self._lock = threading.Lock()
        self._client: tuple[int, S3Client] | None = None

    @property
    def client(self) -> S3Client:
        """boto3's client of this process."""
        with self._lock:
            if self._client is None or self._client[0] != os.getpid():
                self._client = (os.getpid(), self._made())
            return self._client[1]

    def named(self, key: str, version: str = "") -> dict[str, Any]:
        """The arguments that name an object, or one version of it."""
        names = {"Bucket": self.address.bucket, "Key": self.address.full_key(key)}
        return {**names, "VersionId": version} if version else names

    def missing(self, key: str) -> StoreError:
        """What to raise for an object that was not found: a bucket that is not there is no proof that it is gone."""
        try:
            self.client.head_bucket(Bucket=self.address.bucket)
        except (ClientError, BotoCoreError) as error:
            return StoreUnavailable(f"The evidence bucket does not answer ({type(error).__name__}).")
        return MissingObject(f"There is no object {key}.")

    @contextlib.contextmanager
    def own_errors(self, key: str = "") -> Iterator[None]:
        """Turn boto3's errors into the store's. MissingObject only where a `key` was asked for."""
        try:
            yield
        except ClientError as error:
            code = code_of(error)
            if key and code in MISSING:
                raise self.missing(key) from error
            raise _in_words(f"{code} for {error.operation_name}" if code else "", code) from error
        except (BotoCoreError, HTTPError, ConnectionError, TimeoutError) as error:
            raise StoreUnavailable(f"The evidence store does not answer ({type(error).__name__}).") from error

    def _made(self) -> S3Client:
        access = self._access
        addressing: Any = access.addressing
        # A session of its own: boto3's common one is not made for threads.
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.address.endpoint or None,
            aws_access_key_id=access.key_id or None,
            aws_secret_access_key=access.secret or None,
            region_name=access.region or None,
            verify=access.ca_bundle or None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=access.silence_seconds,
                retries={"mode": "standard", "total_max_attempts": 3},
                max_pool_connections=50,
                tcp_keepalive=True,
                # We send the checksum of which the start-up examination says that the store compares it.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


def code_of(error: ClientError) -> str:
    """The store's word for what went wrong; for an answer without a body, the status."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _in_words(said: str, code: str) -> StoreUnavailable:
    if code in FULL:
        return StoreFull(f"The evidence store is full ({said}).")
    if code in KEY_REFUSED:
        return StoreUnavailable(f"The evidence store does not accept the portal's key ({said}).")
    return StoreUnavailable(f"The evidence store answered {said or 'nothing that can be read'}.")
