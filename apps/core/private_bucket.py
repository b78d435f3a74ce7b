"""Files that are no evidence, in a bucket that nobody reads but the portal."""

from __future__ import annotations

from typing import NoReturn

from botocore.config import Config
from storages.backends.s3 import S3Storage

from apps.core.bucket_address import read_address


class PrivateBucket(S3Storage):  # type: ignore[misc]
    """django-storages in a bucket. The same name replaces a file; nothing is compressed or made public."""

    def __init__(self, *, url: str, key_id: str, secret: str, region: str, addressing: str, ca_bundle: str) -> None:
        address = read_address(url)
        super().__init__(
            bucket_name=address.bucket,
            location=address.prefix,
            endpoint_url=address.endpoint or None,
            access_key=key_id or None,
            secret_key=secret or None,
            region_name=region or None,
            verify=ca_bundle or None,
            default_acl=None,
            file_overwrite=True,
            gzip=False,
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing},  # type: ignore[arg-type]
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 3},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def url(self, *_args: object, **_options: object) -> NoReturn:
        """There is none, not even a signed one: whoever may read a file asks a view of ours, each time."""
        raise NotImplementedError("Private files have no address.")
