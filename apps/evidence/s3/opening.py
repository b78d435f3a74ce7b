"""Open the bucket that an address names, in the way that the settings say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from apps.core.bucket_address import read_address
from apps.evidence.fetched_files import FetchedFiles
from apps.evidence.s3.connection import Access, Connection
from apps.evidence.s3.store import S3Store, Terms


def open_bucket(url: str, *, copies: bool = False) -> S3Store:
    """The store at `url`, with the key for `copies` or the portal's own. Asks nothing of it yet.

    Raises ImproperlyConfigured.
    """
    access = access_of_copies() if copies else _access(settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET)
    terms = Terms(
        lock=timedelta(days=settings.EVIDENCE_LOCK_DAYS),
        staged=timedelta(days=settings.EVIDENCE_STAGED_DAYS),
        part_bytes=settings.EVIDENCE_S3_PART_BYTES,
    )
    fetched = FetchedFiles(Path(settings.SCRATCH_DIR) / "fetched", settings.EVIDENCE_FETCHED_BYTES)
    return S3Store(Connection(read_address(url), access), fetched, terms)


def access_of_copies() -> Access:
    """Who the portal is to the buckets of its backups: BACKUP_S3_KEY_ID, or its own key where there is none."""
    if settings.BACKUP_S3_KEY_ID:
        return _access(settings.BACKUP_S3_KEY_ID, settings.BACKUP_S3_SECRET)
    return _access(settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET)


def _access(key_id: str, secret: str) -> Access:
    return Access(
        key_id=key_id,
        secret=secret,
        region=settings.EVIDENCE_S3_REGION,
        addressing=settings.EVIDENCE_S3_ADDRESSING,
        ca_bundle=settings.EVIDENCE_S3_CA_BUNDLE,
        silence_seconds=settings.EVIDENCE_S3_SILENCE_SECONDS,
    )
