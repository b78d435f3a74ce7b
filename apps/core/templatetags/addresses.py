"""`{% address 'web:edit_camera' card.public_id %}`: what `{% url %}` gives, cheaper for each row of a list."""

from django import template

from apps.core.addresses import address_of

register = template.Library()
register.simple_tag(address_of, name="address")
