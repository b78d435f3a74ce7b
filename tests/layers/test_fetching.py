"""Addresses that are asked: servers that are slow, endless, wrong or inside of the network."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from apps.layers.fetching import PUBLIC, FetchRefused, Limits, Reach, fetch
from apps.layers.fetching.addresses import is_public
from tests.factories.layers import HOST, Source, bomb, csv_of, places, source

LIMITS = Limits(seconds=20, most_bytes=1_000_000)
SHORT = Limits(seconds=0.5, most_bytes=1_000_000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Source]:
    with source(tmp_path) as running:
        yield running


def refusal_of(server: Source, url: str = "", limits: Limits = LIMITS, reach: Reach | None = None) -> FetchRefused:
    with pytest.raises(FetchRefused) as refused:
        fetch(url or server.url, limits=limits, reach=reach or server.reach())
    assert str(refused.value.message)[0].isupper()
    assert HOST not in str(refused.value.message)
    return refused.value


def test_a_file_is_fetched_and_the_server_sees_the_name_that_was_asked_for(server: Source) -> None:
    assert fetch(f"{server.url}?f=csv&where=1=1", limits=LIMITS, reach=server.reach()) == csv_of(places(3))
    assert server.asked == ["/places?f=csv&where=1=1"]


def test_a_packed_answer_is_unpacked(server: Source) -> None:
    server.serves(gzip.compress(b"a,b"), Content_Encoding="gzip")
    assert fetch(server.url, limits=LIMITS, reach=server.reach()) == b"a,b"


# -- inside of the network --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
     "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%1",
     "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::7f00:1",
     "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
     "fe80::5efe:a00:1", "2606:4700::5efe:a00:1"],
)  # fmt: skip
def test_no_address_inside_of_the_network_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.69", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"])
def test_servers_on_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_this_computer_is_not_asked_however_it_is_written(server: Source, host: str) -> None:
    refused = refusal_of(server, f"https://{host}:{server.port}/", reach=PUBLIC)
    assert refused.code in ("inside", "unknown_host")
    assert server.asked == []


def test_a_name_with_one_address_inside_is_not_asked_at_all(server: Source) -> None:
    refused = refusal_of(server, reach=server.reach("8.8.8.8", "127.0.0.1", allows=is_public))
    assert refused.code == "inside"
    assert server.asked == []


def test_a_name_is_resolved_once_so_a_change_in_between_reaches_nothing(server: Source) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    told = server.reach()
    reach = Reach(allows=told.allows, resolve=lambda host, port: next(answers), trust=told.trust)
    assert fetch(server.url, limits=LIMITS, reach=reach) == csv_of(places(3))
    assert list(answers) == [["10.0.0.1"]]  # nobody asked a second time


def test_each_redirect_is_judged_anew(server: Source) -> None:
    told = server.reach()
    inside = {"metadata.test": ["169.254.169.254"]}
    reach = Reach(allows=told.allows, resolve=lambda host, port: inside.get(host, ["127.0.0.1"]), trust=told.trust)
    server.serves(b"", status=302, Location="https://metadata.test/latest/")
    assert refusal_of(server, reach=reach).code == "inside"
    server.serves(b"", status=302, Location=f"http://{HOST}:{server.port}/plain")
    assert refusal_of(server, reach=reach).code == "address"
    server.serves(b"", status=302, Location="file:///etc/passwd")
    assert refusal_of(server, reach=reach).code == "address"


def test_redirects_come_to_an_end(server: Source) -> None:
    server.serves(b"", status=307, Location="/places")
    assert refusal_of(server).code == "redirects"
    assert len(server.asked) == LIMITS.redirects + 1


def test_a_redirect_on_the_same_server_is_followed(server: Source) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/places":
            handler.send_response(301)
            handler.send_header("Location", "moved.csv")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        else:
            server.serves(b"a,b")
            server.answer(handler)

    server.answer = answer
    assert fetch(server.url, limits=LIMITS, reach=server.reach()) == b"a,b"


@pytest.mark.parametrize(
    "url",
    ["", "places.csv", "http://data.layers.test/", "ftp://data.layers.test/", "file:///etc/passwd", "https://",
     "https://user:secret@data.layers.test/", "https://data.layers.test:99999/", "https://da ta.test/",
     "https://\x00/", "https://data.layers.test/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_asked(server: Source, url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        fetch(url, limits=LIMITS, reach=server.reach())
    assert refused.value.code == "address"
    assert server.resolved == []


def test_a_line_break_in_an_address_makes_no_second_header(server: Source) -> None:
    fetch(f"{server.url}?a=b\r\nX-Evil: 1", limits=LIMITS, reach=server.reach())
    assert len(server.asked) == 1
    assert "\n" not in server.asked[0]
    assert "X-Evil" in server.asked[0]


def test_a_certificate_for_another_name_is_refused(server: Source) -> None:
    assert refusal_of(server, f"https://other.test:{server.port}/").code == "tls"
    assert server.asked == []


# -- slow, endless, wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [False, True])
def test_a_slow_drip_ends_with_the_time(server: Source, head: bool) -> None:
    server.drips(head=head)
    assert refusal_of(server, limits=SHORT).code == "slow"


def test_a_server_that_says_nothing_ends_with_the_time(server: Source) -> None:
    server.answer = lambda handler: handler.rfile.read(1)
    assert refusal_of(server, limits=SHORT).code == "slow"


def test_an_answer_without_an_end_is_cut_at_the_limit(server: Source) -> None:
    server.never_ends()
    assert refusal_of(server).code == "too_large"


def test_a_bomb_is_not_unpacked_beyond_the_limit(server: Source) -> None:
    server.serves(bomb(200), Content_Encoding="gzip")
    assert refusal_of(server).code == "too_large"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"<!DOCTYPE html><p>Sign in", "text/html; charset=utf-8", 200, "html"),
        (b"\xef\xbb\xbf <HTML><p>Sign in", "application/json", 200, "html"),
        (b"%PDF-1.7", "application/pdf", 200, "type"),
        (b"gone", "text/plain", 404, "status"),
        (b"broken", "text/plain", 500, "status"),
    ],
)
def test_what_is_no_data_is_refused_in_words(server: Source, content: bytes, kind: str, status: int, code: str) -> None:
    server.serves(content, kind, status)
    assert refusal_of(server).code == code


def test_an_answer_that_ends_in_the_middle_is_no_answer(server: Source) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 9999\r\n\r\na,b\n")

    server.answer = answer
    assert refusal_of(server).code == "cut"
    server.serves(gzip.compress(b"a,b" * 1000)[:-9], Content_Encoding="gzip")
    assert refusal_of(server).code == "cut"


def test_packing_that_is_not_read_is_refused(server: Source) -> None:
    server.serves(b"...", Content_Encoding="br")
    assert refusal_of(server).code == "packing"


def test_what_speaks_no_http_is_refused(server: Source) -> None:
    server.answer = lambda handler: handler.wfile.write(b"220 mail.example.org ESMTP\r\n")
    assert refusal_of(server).code in ("not_http", "no_answer")


def test_nobody_there_is_said_so(server: Source) -> None:
    assert refusal_of(server, f"https://{HOST}:1/").code == "no_answer"

    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    reach = Reach(allows=is_public, resolve=unknown)
    assert refusal_of(server, reach=reach).code == "unknown_host"
