"""Plain HTTP in production's settings: pages redirect, the API refuses without looking at the key."""

import pytest


@pytest.fixture(autouse=True)
def only_https(settings):
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_program_is_refused_with_a_problem_document(client, method):
    answer = getattr(client, method)("/api/v1/cameras/", headers={"authorization": "Bearer leaked"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "plain_http"


def test_a_page_redirects(client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/")


@pytest.mark.django_db
def test_over_https_the_api_answers(client):
    assert client.get("/api/v1/cameras/", secure=True).status_code in (401, 403)
    assert client.get("/api/v1/cameras/", secure=True).json()["code"] != "plain_http"
