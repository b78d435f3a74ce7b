"""Imports of cameras, and owners whom an agency entered."""

from config.settings.components.environment import env

# Imports of cameras. A file is read in memory and never stored. Its rows stay encrypted for at most this many days.
IMPORT_MAX_BYTES: int = env.int("IMPORT_MAX_BYTES", default=16_000_000)
IMPORT_MAX_ROWS: int = env.int("IMPORT_MAX_ROWS", default=20_000)
IMPORT_KEEP_DAYS: int = env.int("IMPORT_KEEP_DAYS", default=7)
# Owners whom an agency entered are reminded once, after half of these days, then erased.
OWNER_ANSWER_DAYS: int = env.int("OWNER_ANSWER_DAYS", default=60)
OWNER_INVITES_PER_MINUTE: int = env.int("OWNER_INVITES_PER_MINUTE", default=30)
