"""Imports of cameras, owners whom an agency entered, and layers of agencies' maps."""

from config.settings.components.environment import env

# Imports of cameras. A file is read in memory and never stored. Its rows stay encrypted for at most this many days.
IMPORT_MAX_BYTES: int = env.int("IMPORT_MAX_BYTES", default=16_000_000)
IMPORT_MAX_ROWS: int = env.int("IMPORT_MAX_ROWS", default=20_000)
IMPORT_KEEP_DAYS: int = env.int("IMPORT_KEEP_DAYS", default=7)
# Owners whom an agency entered are reminded once, after half of these days, then erased.
OWNER_ANSWER_DAYS: int = env.int("OWNER_ANSWER_DAYS", default=60)
OWNER_INVITES_PER_MINUTE: int = env.int("OWNER_INVITES_PER_MINUTE", default=30)

# Map layers: the largest file or answer, the most places of one, and the seconds that an address may take in all.
LAYER_MAX_BYTES: int = env.int("LAYER_MAX_BYTES", default=IMPORT_MAX_BYTES)
LAYER_MAX_FEATURES: int = env.int("LAYER_MAX_FEATURES", default=10_000)
# Corners of one line or area, and of all in a layer together; and how large one area may be.
LAYER_MAX_CORNERS: int = env.int("LAYER_MAX_CORNERS", default=5_000)
LAYER_MAX_CORNERS_OF_ALL: int = env.int("LAYER_MAX_CORNERS_OF_ALL", default=200_000)
LAYER_MAX_AREA_KM2: int = env.int("LAYER_MAX_AREA_KM2", default=10_000)
LAYER_FETCH_SECONDS: int = env.int("LAYER_FETCH_SECONDS", default=60)
# How far, in meters, a public camera is taken to see: those that see the place of a call are named beside it.
LAYER_CAMERA_SEES_M: int = env.int("LAYER_CAMERA_SEES_M", default=150)
# How far away, in meters, a public camera still stands near a call.
LAYER_CAMERA_NEAR_M: int = env.int("LAYER_CAMERA_NEAR_M", default=300)
