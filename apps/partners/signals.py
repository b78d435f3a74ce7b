"""What partners tell the apps above them. They are sent in the act's own transaction, with `membership` and `actor`."""

from django.dispatch import Signal

# A membership ended. The person may have opened a letter's link as a member: apps that give out links revoke them here.
member_left = Signal()

# From now on a responder answers for some sites only. The person may have opened letters about the others.
member_limited = Signal()

# An address that got the partner's letters gets none any more; sent with `partner` and `actor`. Its links have to end.
reader_ended = Signal()

# An owner or manager left, was removed or became a responder. Their mailbox still holds the letters to managers.
management_ended = Signal()
