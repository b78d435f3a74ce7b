"""Refusals of an upload that need a status of their own. Whatever came before the refusal is kept."""

from __future__ import annotations

from apps.core.errors import PortalError


class TooLarge(PortalError):
    """More bytes than the portal takes, or than were declared."""

    status = 413


class NoSpace(PortalError):
    """The disk of the staging folder is full. What came is kept; the sender resumes when there is room again."""

    status = 507


class Locked(PortalError):
    """Another connection writes to this upload and did not stop within two seconds."""

    status = 423


class Gone(PortalError):
    """The upload expired or was given up; its bytes are removed."""

    status = 410


class Unwanted(PortalError):
    """Its receiver does not take the upload, for instance because its sender said no meanwhile."""

    status = 403


class Elsewhere(PortalError):
    """Another computer has the bytes: the proxy sent the request astray. A sender tries again, and nothing is lost."""

    status = 503


class Finished(PortalError):
    """Every declared byte is here; no writer may open the file again."""

    status = 403


class BadChecksum(PortalError):
    """The bytes do not have the checksum that came with them (tus: 460). None of them count."""

    status = 460


class TooSlow(PortalError):
    """The sender fell silent or crawls. What came is kept."""

    status = 408
