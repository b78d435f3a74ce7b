"""What a service raises. Each carries a sentence for the person, already translated or lazily so.

A wrong state and a wrong person are different errors; "not found" stands for "not yours" so that nothing can be probed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _


class PortalError(Exception):
    """A refusal with words for the person who caused it. Views turn it into a 4xx with that sentence."""

    status = 400
    #: Seconds after which trying again makes sense, as the answer says; 0 where it does not.
    retry_after = 0

    def __init__(self, message: Any, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__


class InvalidInput(PortalError):
    """A value cannot be accepted. `fields` maps field names to sentences; forms show them beside the field."""

    status = 422

    def __init__(self, message: Any, *, fields: Mapping[str, Any] | None = None, code: str = "") -> None:
        super().__init__(message, code=code)
        self.fields = dict(fields or {})

    @classmethod
    def about(cls, field: str, sentence: Any) -> InvalidInput:
        """A refusal of one field, whose sentence is all that there is to say."""
        return cls(sentence, fields={field: sentence})


class WrongState(PortalError):
    """The thing is not in a state that allows the act."""

    status = 409


class NotAllowed(PortalError):
    """This person may see the thing but not do this to it."""

    status = 403


class NotFound(PortalError):
    """There is no such thing, or it is not for this person: deliberately the same answer."""

    status = 404


class Stale(PortalError):
    """Somebody changed the thing since it was read; nothing was saved."""

    status = 409


class Unavailable(PortalError):
    """Something that the portal needs does not answer, such as a store of files. Nothing is lost; try again."""

    status = 503
    retry_after = 5


class DatabaseAway(PortalError, OperationalError):
    """The database cannot be reached, ended the connection, or has none to give. What was not acknowledged is lost.

    An `OperationalError` too: code that expects trouble from the database expects this.
    """

    status = 503
    retry_after = 5

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message or _("The portal cannot reach its records right now. Try again in a moment."), code="away"
        )


class TooMany(PortalError):
    """A limit on how often or how much was reached."""

    status = 429


class Busy(PortalError, OperationalError):
    """Somebody else holds a row for longer than anybody waits, or two wait for each other.

    Nothing was saved. A person tries again; a task leaves it to the next sweep. An `OperationalError` too, so that
    code which expects trouble from the database expects this.
    """

    status = 503
    retry_after = 2

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message or _("Somebody is changing this right now. Nothing was saved. Try again in a moment."), code="busy"
        )
