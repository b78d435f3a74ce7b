"""What the apps above may listen to."""

from django.dispatch import Signal

message_sent = Signal()
"""Sent with `message` in the transaction that records it as sent; a receiver that raises undoes the record."""
