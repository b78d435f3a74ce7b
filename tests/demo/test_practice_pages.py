"""Every answer of a practice portal says that nothing is real; codes and letters are behind its door."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.core import typesetting
from apps.demo import mailbox, people
from apps.demo.saying import PracticeMiddleware

pytestmark = pytest.mark.django_db
CODE = "maple-otter-42"
EN, ES = "Practice. Nothing here is real.", "Práctica. Nada de esto es real."


@pytest.fixture(autouse=True)
def _practice(settings, tmp_path: Path) -> None:
    settings.PRACTICE, settings.PRACTICE_CODE, settings.EMAIL_FILE_PATH = True, CODE, str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "apps.demo.letters.PracticeMailbox"
    settings.MIDDLEWARE = ["apps.demo.saying.PracticeMiddleware", *settings.MIDDLEWARE]


def test_every_kind_of_page_says_so_once(client: Client) -> None:
    for path in ("/", "/admin/login/", "/accounts/login/", "/no/such/page", "/program/", "/ledger/", "/demo/"):
        page = client.get(path, follow=True).content.decode()
        assert page.count(EN) == 1, path
        assert page.index("<body") < page.index(EN) < page.index("<main" if "<main" in page else "</body"), path
        assert "css/practice.css" in page


def test_and_in_spanish_where_the_page_is(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "es"}).content.decode()
    assert ES in page
    assert EN not in page


def test_pages_of_errors_and_of_waiting_say_so(client: Client, settings, tmp_path: Path, monkeypatch) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "demo-loading").write_text("20")
    answer = client.get("/")
    assert answer.status_code == 503
    assert EN in answer.content.decode()
    assert "The practice city starts over, 20%" in answer.content.decode()
    (tmp_path / "run" / "demo-loading").unlink()
    monkeypatch.setattr("apps.web.home.views.render", None)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert EN in answer.content.decode()


def test_robots_are_told_to_stay_away(client: Client) -> None:
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    for path in ("/", "/api/v1/schema/", "/.well-known/security.txt", "/no/such/page"):
        assert client.get(path)["X-Robots-Tag"] == "noindex, nofollow, noarchive"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ('attachment; filename="cameras.csv"', 'attachment; filename="practice-cameras.csv"'),
        ("attachment; filename*=utf-8''c%C3%A1.json", "attachment; filename*=utf-8''practice-c%C3%A1.json"),
    ],
)
def test_files_carry_it_in_their_name(rf, given: str, sent: str) -> None:
    answer = HttpResponse("a,b", content_type="text/csv", headers={"Content-Disposition": given})
    assert PracticeMiddleware(lambda request: answer)(rf.get("/"))["Content-Disposition"] == sent


def test_parts_of_pages_and_other_content_stay_as_they_are(rf) -> None:
    for kind, content in (("text/html", "<p>part</p>"), ("application/json", '{"a": "<body>"}')):
        answer = HttpResponse(content, content_type=kind)
        assert PracticeMiddleware(lambda request, answer=answer: answer)(rf.get("/")).content.decode() == content


def test_sheets_say_so() -> None:
    from apps.web import kit

    source = Path(kit.__file__).parent / "sign.typ"
    assert b"Nothing here is real" in typesetting._marked(source)


def test_letters_stay_here_and_say_what_they_are(settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.org", 25
    mail = EmailMultiAlternatives("Your code", "It is 123456", to=["anybody@example.org"])
    mail.attach_alternative("<html><body class='a'><p>It is 123456</p></body></html>", "text/html")
    assert get_connection().send_messages([mail]) == 1
    [letter] = mailbox.letters()
    assert letter.subject == "[Practice] Your code"
    assert letter.text.startswith(f"{EN} / {ES}")
    assert f"<body class='a'><p><strong>{EN}" in mail.alternatives[0].content


@pytest.mark.parametrize("path", ["/demo/", "/demo/codes/", "/demo/letters/a.log:0/"])
def test_nothing_behind_the_door_is_shown_without_the_code(client: Client, path: str) -> None:
    for answer in (client.get(path), client.post(path, {"code": "guess-guess-99"})):
        assert answer.status_code == 403
        assert people.PASSWORD not in answer.content.decode()
        assert people.STAFF[0].email not in answer.content.decode()


@pytest.mark.parametrize("path", ["demo:page", "demo:codes"])
def test_without_a_code_in_the_settings_nobody_gets_in(client: Client, settings, path: str) -> None:
    settings.PRACTICE_CODE = ""
    assert client.get(reverse(path)).status_code == 404
    assert client.post(reverse(path), {"code": ""}).status_code == 404


def test_the_code_opens_it_for_this_browser_until_the_code_is_another(client: Client, settings) -> None:
    assert client.post("/demo/", {"code": f" {CODE} "}).status_code == 302
    page = client.get("/demo/").content.decode()
    assert people.PASSWORD in page
    assert "Next reset:" in page
    assert client.get("/demo/codes/").status_code == 200
    assert Client().get("/demo/").status_code == 403
    settings.PRACTICE_CODE = "another-code-77"
    assert client.get("/demo/").status_code == 403


def test_guessing_is_counted_and_then_the_right_code_has_to_wait_too(client: Client) -> None:
    for number in range(10):
        assert "not the practice code" in client.post("/demo/", {"code": f"guess {number}"}).content.decode()
    answer = client.post("/demo/", {"code": CODE})
    assert answer.status_code == 403
    assert "Please try again in 15 minutes." in answer.content.decode()
