"""The only way to read or write the bytes of evidence.

An object is named by the SHA-256 of its content, written once and never changed; only a disposition removes it. No
other code opens, links or lists the stored files. `EVIDENCE_URL` chooses the store. Each store passes the contract in
tests/evidence/storage_contract.py.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.evidence.folder_store import FolderStore
from apps.evidence.store_contract import (
    PIECE,
    DigestMismatch,
    EvidenceStore,
    Examination,
    MissingObject,
    ObjectLocked,
    ObjectStat,
    Stored,
    StoreError,
    StoreFull,
    StoreUnavailable,
    derivative_key,
    digest_of_key,
    original_key,
)

__all__ = [
    "PIECE",
    "DigestMismatch",
    "EvidenceStore",
    "Examination",
    "MissingObject",
    "ObjectLocked",
    "ObjectStat",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "Stored",
    "derivative_key",
    "digest_of_key",
    "original_key",
    "store",
    "store_at",
    "store_of_copies",
]


def store() -> EvidenceStore:
    """The store that EVIDENCE_URL names. Raises ImproperlyConfigured for a kind that there is not."""
    return store_at(settings.EVIDENCE_URL)


@lru_cache(maxsize=4)
def store_at(url: str) -> EvidenceStore:
    """The store at this address; there is one for each in a process. Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return _in_a_bucket(url)
    raise ImproperlyConfigured("EVIDENCE_URL has to be file:///an/absolute/folder or s3://bucket/folder.")


@lru_cache(maxsize=4)
def store_of_copies(url: str) -> EvidenceStore:
    """As `store_at`, and a folder shares no byte with what is copied into it. Raises ImproperlyConfigured."""
    if urlsplit(url).scheme == "s3":
        return _in_a_bucket(url, copies=True)
    there = store_at(url)
    return FolderStore(there.root, links=False) if isinstance(there, FolderStore) else there


def _in_a_bucket(url: str, *, copies: bool = False) -> EvidenceStore:
    try:
        from apps.evidence.s3 import opening
    except ImportError as error:
        raise ImproperlyConfigured("EVIDENCE_URL names a bucket, and boto3 is not installed.") from error
    return opening.open_bucket(url, copies=copies)
