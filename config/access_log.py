"""The web server's access log, without what opens something and without what somebody typed."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from config.secret_paths import without_secrets


class AccessLog(Logger):  # type: ignore[misc]
    """gunicorn's log: paths with their secret parts blanked, no query, no referrer."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What a line may be made of."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = without_secrets(environ.get("PATH_INFO", ""))
        atoms.update(r=f"{environ.get('REQUEST_METHOD')} {path}", U=path, q="", f="-")
        return {name: value for name, value in atoms.items() if not name.startswith("{")}
