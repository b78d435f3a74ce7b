"""Django reads these names."""

from django.conf import settings

from config.formats import formats

DATE_FORMAT, TIME_FORMAT, DATETIME_FORMAT = formats("es", settings.CLOCK_HOURS)
