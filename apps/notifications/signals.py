"""What the outbox tells the apps above."""

from django.dispatch import Signal

message_sent = Signal()
"""Sent with `message` in the transaction that records it as sent; a receiver that raises undoes the record."""

address_tried = Signal()
"""Sent with `user` and `actor` in the transaction in which letters go to a person's address again."""
