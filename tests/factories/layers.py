"""Layers for tests: files of places, layers, and a server of real TLS that serves them as it is told."""

from __future__ import annotations

import gzip
import io
import json
import socket
import ssl
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import shapefile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.agencies.models import Agency, Role
from apps.layers.fetching import Reach
from apps.layers.models import Layer
from apps.layers.services import apply_load, make_layer, offer_load
from tests.factories.people import staff

HOST = "data.layers.test"
WGS84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'
PLANE = 'PROJCS["NAD_1983_StatePlane_Florida_North_FIPS_0903_Feet",GEOGCS["GCS_North_American_1983"]]'
_names = count(1)


def places(number: int, **said: Any) -> list[dict[str, Any]]:
    """So many places north of each other downtown, each with a key of its own."""
    return [
        {"id": f"K{n}", "number": f"T-{n}", "name": f"Corner {n}", "status": "online", "direction": "90",
         "latitude": 30.4383 + n / 10_000, "longitude": -84.2807, **said}
        for n in range(1, number + 1)
    ]  # fmt: skip


def csv_of(rows: Iterable[dict[str, Any]], encoding: str = "utf-8") -> bytes:
    """The rows as a CSV file."""
    rows = list(rows)
    lines = [",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode(encoding)


def geojson_of(rows: Iterable[dict[str, Any]], **more: Any) -> bytes:
    """The rows as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": {name: value for name, value in row.items() if name not in ("latitude", "longitude")},
        }
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()


def shapefile_of(rows: Iterable[dict[str, Any]], *, prj: str = WGS84, encoding: str = "utf-8") -> bytes:
    """The rows as a zipped shapefile of points."""
    parts = {"shp": io.BytesIO(), "shx": io.BytesIO(), "dbf": io.BytesIO()}
    rows = list(rows)
    with shapefile.Writer(**parts, shapeType=shapefile.POINT, encoding=encoding) as writer:
        columns = [name for name in rows[0] if name not in ("latitude", "longitude")]
        for name in columns:
            writer.field(name[:10], "C", size=80)
        for row in rows:
            writer.point(row["longitude"], row["latitude"])
            writer.record(*(row[name] for name in columns))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for end, content in parts.items():
            archive.writestr(f"places.{end}", content.getvalue())
        archive.writestr("places.prj", prj)
    return packed.getvalue()


def shapes_of(*shapes: tuple[str, str, list[Any]]) -> bytes:
    """GeoJSON of lines and areas: name, kind of geometry, coordinates. The key is the name."""
    features = [
        {"type": "Feature", "id": name, "properties": {"name": name}, "geometry": {"type": kind, "coordinates": drawn}}
        for name, kind, drawn in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def shapefile_of_shapes(kind: int, shapes: Iterable[tuple[str, list[Any]]]) -> bytes:
    """A zipped shapefile of polylines or polygons: name and parts of each."""
    parts = {"shp": io.BytesIO(), "shx": io.BytesIO(), "dbf": io.BytesIO()}
    with shapefile.Writer(**parts, shapeType=kind) as writer:
        writer.field("id", "C", size=80)
        for name, drawn in shapes:
            (writer.line if kind == shapefile.POLYLINE else writer.poly)(drawn)
            writer.record(name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for end, content in parts.items():
            archive.writestr(f"shapes.{end}", content.getvalue())
        archive.writestr("shapes.prj", WGS84)
    return packed.getvalue()


def load(layer: Layer, content: bytes) -> Layer:
    """Put this file on the map of a layer."""
    offered = offer_load(user=layer.made_by, layer=layer, file=io.BytesIO(content))
    apply_load(user=layer.made_by, load=offered)
    layer.refresh_from_db()
    return layer


def layer_of(agency: Agency, kind: str = "traffic", rows: list[dict[str, Any]] | None = None, **said: Any) -> Layer:
    """A layer of the agency, with these places on the map."""
    manager = said.pop("user", None) or staff(Role.PROGRAM_MANAGER, agency)
    name = said.pop("name", f"Layer {next(_names)}")
    layer = make_layer(user=manager, agency=agency, name=name, kind=kind, **said)
    if rows:
        load = offer_load(user=manager, layer=layer, file=io.BytesIO(csv_of(rows)))
        apply_load(user=manager, load=load)
        layer.refresh_from_db()
    return layer


# -- a server on the other side ---------------------------------------------------------------------------------------


@dataclass
class Source:
    """An https server of this computer; `answer` writes the answer to each request."""

    port: int
    certificate: Path
    answer: Callable[[BaseHTTPRequestHandler], None]
    asked: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/places"

    def reach(self, *addresses: str, allows: Callable[[Any], bool] | None = None) -> Reach:
        """As the portal reaches servers, but this one may be reached though it is inside; names resolve as told."""

        def resolve(host: str, port: int) -> list[str]:
            self.resolved.append(host)
            return list(addresses) or ["127.0.0.1"]

        def trust() -> ssl.SSLContext:
            return ssl.create_default_context(cafile=str(self.certificate))

        return Reach(allows=allows or (lambda one: one == ip_address("127.0.0.1")), resolve=resolve, trust=trust)

    def serves(self, content: bytes, kind: str = "text/csv", status: int = 200, **headers: str) -> None:
        """Answer every request with this."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(content)

        self.answer = answer

    def drips(self, *, head: bool = False) -> None:
        """Answer a byte at a time, without an end: in the body, or already in the head."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n" + (b"X-Slow: " if head else b"\r\n"))
            while True:
                handler.wfile.write(b"a")
                handler.wfile.flush()
                time.sleep(0.02)

        self.answer = answer

    def never_ends(self) -> None:
        """Answer as fast as the line takes it, without an end."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n")
            while True:
                handler.wfile.write(b"1,2,3\n" * 10_000)

        self.answer = answer


def bomb(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed."""
    return gzip.compress(bytes(megabytes * 1_000_000))


@contextmanager
def source(folder: Path) -> Iterator[Source]:
    """A running server with a certificate for HOST."""
    certificate, key = _certificate(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            this.asked.append(self.path)
            self.close_connection = True
            with suppress(OSError):  # the portal hung up
                this.answer(self)

        def log_message(self, *args: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            return

        def get_request(self) -> tuple[socket.socket, Any]:
            plain, address = super().get_request()
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", 0), Handler)
    this = Source(port=server.server_address[1], certificate=certificate, answer=lambda handler: None)
    this.serves(csv_of(places(3)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield this
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret
