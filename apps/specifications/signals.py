"""What other apps may want to know about specifications."""

from django.dispatch import Signal

# Sent in the transaction that puts a version in force, with `specification`: what judges cameras starts then.
specification_published = Signal()
