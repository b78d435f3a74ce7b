"""Language and time."""

from config.settings.components.environment import BASE_DIR, env

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# 12 or 24: the clock by which people read times; 0 is the one that each language is used to (English 12, Spanish 24).
CLOCK_HOURS: int = env.int("CLOCK_HOURS", default=0)
FORMAT_MODULE_PATH = ["config.formats"]
