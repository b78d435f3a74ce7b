"""Keys for development, made once and kept in DATA_DIR/secrets with mode 0600. Production never calls this."""

import os
import secrets
from pathlib import Path


def development_secret(folder: Path, name: str, n_bytes: int = 32) -> str:
    """Return the hex secret called `name`, making it on first use; two processes that race get the same one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        fresh = folder / f".{name}.{os.getpid()}"
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as handle:
            handle.write(secrets.token_hex(n_bytes))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text().strip()
