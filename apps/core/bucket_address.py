"""What an address like `s3://bucket/folder?endpoint=https://…` names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket, the folder in it that is ours (without a slash at its end), and its endpoint (empty: Amazon's)."""

    bucket: str
    prefix: str
    endpoint: str

    @property
    def name(self) -> str:
        """Tells this place from every other one, in rows that outlive a change of the settings."""
        return f"s3://{self.bucket}/{self.prefix}@{urlsplit(self.endpoint).netloc or 'aws'}"

    def full_key(self, key: str) -> str:
        """The object's name in the bucket."""
        return f"{self.prefix}/{key}" if self.prefix else key


def read_address(url: str) -> Address:
    """Take the address apart. Raises ImproperlyConfigured for one that is not whole, or that holds a key."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query, keep_blank_values=True)
    if parts.username or parts.password or asked.keys() - {"endpoint"}:
        raise ImproperlyConfigured(
            "The address of a bucket holds its name, a folder and an endpoint. Keys have settings of their own: "
            "addresses end up in logs."
        )
    endpoint = asked.get("endpoint", [""])[-1].rstrip("/")
    if not parts.hostname or parts.fragment or parts.port:
        raise ImproperlyConfigured("The address of a bucket has to be s3://bucket/folder?endpoint=https://host.")
    where = urlsplit(endpoint)
    safe = where.scheme == "https" or (where.scheme == "http" and where.hostname in THIS_COMPUTER)
    if endpoint and (not safe or not where.hostname or where.username or where.query):
        raise ImproperlyConfigured("The endpoint of a bucket has to be https://host, without a key in it.")
    return Address(parts.hostname, unquote(parts.path).strip("/"), endpoint)
