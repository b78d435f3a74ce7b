"""`manage.py make_keys FILE`: an environment file with new keys, and a line for each other setting that is needed.

Needs no settings, no database and no packages: it is the first thing that is run on a new machine.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

KEYS = {
    "SECRET_KEY": "Signs cookies and links.",
    "DIGEST_KEY": "Key of the digests that are compared for years. Keep it as it is.",
    "FIELD_KEYS": "Encrypt addresses, phones and notes. Lost: the addresses are lost.",
    "LEDGER_KEY": "Signs the ledger's checkpoints. Lost: the signed series ends.",
}
TO_FILL_IN = {
    "ALLOWED_HOSTS": "cameras.city.example",
    "SITE_URL": "https://cameras.city.example",
    "DATABASE_URL": "postgres://portal_app:PASSWORD@127.0.0.1:5432/portal",
    "BROKER_URL": "redis://127.0.0.1:6379/0",
    "CACHE_URL": "redis://127.0.0.1:6379/1",
    "EMAIL_URL": "smtp+tls://USER:PASSWORD@mail.city.example:587",
    "DEFAULT_FROM_EMAIL": "cameras@city.example",
    "SECURITY_CONTACT": "mailto:security@city.example",
    "DATA_DIR": "/var/lib/portal",
    "BEHIND_PROXY": "true",
}


def main(words: Sequence[str]) -> int:
    """Write the file, or without one print it. Says why and returns 1 where the file is there already."""
    parser = argparse.ArgumentParser(prog="manage.py make_keys", description="Makes the keys of a new portal.")
    parser.add_argument("file", nargs="?", type=Path, help="where to write them (mode 0600, never over a file)")
    file: Path | None = parser.parse_args(words).file
    if file is None:
        sys.stdout.write(environment_file())
        return 0
    try:
        write_anew(file, environment_file())
    except FileExistsError:
        sys.stderr.write(f"{file} is there already. Nothing was written: its keys may be in use.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{file} cannot be written: {error.strerror}.\n")
        return 1
    sys.stdout.write(f"{file} holds new keys. Fill in the rest, and keep a copy in a safe, not with the backups.\n")
    return 0


def environment_file() -> str:
    """The text, with new keys of 256 bits."""
    lines = ["# Keys of this portal, for its account alone.", "DJANGO_SETTINGS_MODULE=config.settings.production", ""]
    for name, meaning in KEYS.items():
        lines += [f"# {meaning}", f"{name}={secrets.token_hex(32)}"]
    lines += ["", "# Fill these in, and take the # away. All settings: docs/settings.md"]
    lines += [f"#{name}={example}" for name, example in TO_FILL_IN.items()]
    return "\n".join(lines) + "\n"


def write_anew(file: Path, text: str) -> None:
    """Write a file that is not there yet, for its owner alone, whole or not at all. Raises OSError."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.link(fresh, file)
    finally:
        fresh.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
