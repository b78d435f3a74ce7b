"""What partners tell the apps above them."""

from django.dispatch import Signal

# Sent in the transaction that ends a membership, with `membership` and `actor`: who opened a letter's link as a member
# still holds it, so whoever gives out such links takes them back here.
member_left = Signal()
