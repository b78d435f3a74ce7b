"""How handing over a message can end, but well."""


class NotDelivered(Exception):
    """It did not go out, or nobody knows. `line_failed`: the other side could not be reached or did not answer."""

    def __init__(self, reason: str, *, line_failed: bool = False) -> None:
        super().__init__(reason)
        self.line_failed = line_failed


class NotTaken(NotDelivered):
    """It was not taken this time: try again later."""


class Refused(NotDelivered):
    """It was refused for good. `status` is the server's enhanced code, if it gave one."""

    def __init__(self, reason: str, *, status: str = "", is_about_reader: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.is_about_reader = is_about_reader


class AnswerLost(NotDelivered):
    """The body was under way when the line broke: taken or not, nobody knows."""
