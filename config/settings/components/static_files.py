"""Static files: ours from static/, front-end packages straight from node_modules, nothing third-party committed."""

from config.settings.components.backups import BACKUP_FILES_URL
from config.settings.components.environment import BASE_DIR, DATA_DIR
from config.settings.components.stores import FILES_URL, files_storage

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
NODE_MODULES = BASE_DIR / "node_modules"
# What the set-up made smaller comes before the package it was made from, under the same name.
_MADE_AT_SET_UP = BASE_DIR / ".cache" / "static"
STATICFILES_DIRS = [
    *([_MADE_AT_SET_UP] if _MADE_AT_SET_UP.is_dir() else []),
    BASE_DIR / "static",
    ("vendor/uswds/css", NODE_MODULES / "@uswds/uswds/dist/css"),
    ("vendor/uswds/fonts", NODE_MODULES / "@uswds/uswds/dist/fonts"),
    ("vendor/uswds/img", NODE_MODULES / "@uswds/uswds/dist/img"),
    ("vendor/uswds/js", NODE_MODULES / "@uswds/uswds/dist/js"),
    ("vendor/maplibre", NODE_MODULES / "maplibre-gl/dist"),
    ("vendor/terra-draw", NODE_MODULES / "terra-draw/dist"),
    ("vendor/terra-draw-maplibre", NODE_MODULES / "terra-draw-maplibre-gl-adapter/dist"),
    ("vendor/tus", NODE_MODULES / "tus-js-client/dist"),
    ("vendor/hash-wasm", NODE_MODULES / "hash-wasm/dist"),
    ("vendor/mediabunny", NODE_MODULES / "mediabunny/dist/bundles"),
]
STORAGES = {
    # What names no storage of its own is private too.
    "default": files_storage(FILES_URL),
    "files": files_storage(FILES_URL),
    "backup_files": files_storage(BACKUP_FILES_URL),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "nothing-is-kept-here"
