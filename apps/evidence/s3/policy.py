"""The least that the portal's own key has to be allowed, in the language of bucket policies."""

from __future__ import annotations

from typing import Any

from apps.core.bucket_address import Address

ON_THE_BUCKET = (
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketVersioning",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
)
ON_OBJECTS = (
    "s3:AbortMultipartUpload",
    # A version whose lock has ended, and no hold is on it. There is no right to hide an object behind a marker.
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectLegalHold",
    "s3:GetObjectRetention",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
)


def least_policy(address: Address, principal: str) -> dict[str, Any]:
    """A bucket policy that gives `principal` what the portal does there and nothing else: no rights over the bucket."""
    bucket = f"arn:aws:s3:::{address.bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allowed(principal, ON_THE_BUCKET, bucket),
            _allowed(principal, ON_OBJECTS, f"{bucket}/{address.full_key('*')}"),
        ],
    }


def _allowed(principal: str, actions: tuple[str, ...], resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": [principal]}, "Action": [*actions], "Resource": [resource]}
