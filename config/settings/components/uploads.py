"""Limits of uploads."""

from config.settings.components.environment import env

# Uploads. A scope is, for instance, one invitation.
UPLOAD_MAX_BYTES: int = env.int("UPLOAD_MAX_BYTES", default=200 * 1024**3)
UPLOAD_BYTES_PER_SCOPE: int = env.int("UPLOAD_BYTES_PER_SCOPE", default=1024**4)
UPLOAD_OPEN_PER_SCOPE: int = env.int("UPLOAD_OPEN_PER_SCOPE", default=50)
UPLOAD_FILES_PER_SCOPE: int = env.int("UPLOAD_FILES_PER_SCOPE", default=100)
UPLOADS_PER_HOUR: int = env.int("UPLOADS_PER_HOUR", default=120)  # begun by one partner, or for one request
UPLOAD_DAYS: int = env.int("UPLOAD_DAYS", default=7)  # an unfinished upload that hears nothing so long is given up
UPLOAD_RESERVE_BYTES: int = env.int("UPLOAD_RESERVE_BYTES", default=1024**3)  # kept free on the staging disk
UPLOAD_SILENCE_S: float = env.float("UPLOAD_SILENCE_S", default=30.0)
UPLOAD_MIN_RATE: int = env.int("UPLOAD_MIN_RATE", default=512)  # bytes per second, over UPLOAD_RATE_WINDOW_S
UPLOAD_RATE_WINDOW_S: float = env.float("UPLOAD_RATE_WINDOW_S", default=60.0)
UPLOAD_COMMIT_BYTES: int = env.int("UPLOAD_COMMIT_BYTES", default=64 * 1024**2)
UPLOAD_COMMIT_S: float = env.float("UPLOAD_COMMIT_S", default=5.0)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
