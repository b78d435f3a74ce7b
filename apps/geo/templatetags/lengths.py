"""`{{ meters|length_in_words }}`: feet or miles, as people read them."""

from django import template

from apps.geo.units import length_in_words

register = template.Library()
register.filter("length_in_words", length_in_words)
