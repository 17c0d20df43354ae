"""Nothing a person sends is our fault, and a database that is away is waited for."""

from __future__ import annotations

import json
import socket
import time

import psycopg
import pytest

from tests.web.conftest import Site

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/listings/%00", 400),
        ("/listings/\u00e9", 404),
        ("/listings/%ff%fe", 404),
        ("/listings/" + "x" * 5_000, 400),
        ("/z/jourdies/listings?q=%00", 400),
        ("/z/jourdies/listings?q=%ff", 200),
        ("/z/jourdies/listings?q=" + "%F0%9F%99%82" * 50, 200),
        ("/z/jourdies/listings?after=nonsense", None),
        ("/z/jourdies/listings?side=nonsense&family=nonsense&max_km=nan", None),
        ("/z/%2e%2e%2f/listings", None),
        ("/static/wrong/site.css", 404),
        ("/static/%00/site.css", 400),
        ("/static/../../etc/passwd", None),
        ("/sign-in/code", 405),
        ("/unsubscribe/" + "A" * 3_000, 410),
        ("/unsubscribe/%ff", 410),
        ("/api/v1/listings/%00", 400),
        ("/api/v1/nowhere", 404),
        ("/api/v1/zones?limit=nonsense", None),
        ("/api/v1/zones/jourdies/listings?limit=1e999", 400),
        ("/dev/mail", 404),
    ],
)
def test_no_address_makes_us_fail(standing_site: Site, path: str, status: int | None) -> None:
    answer = standing_site.browser().get(path)
    assert answer.status_code == status if status else answer.status_code < 500
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert answer.status_code < 400 or answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"csrf=%ff&mail=%00"),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00" * 100),
        ("application/x-www-form-urlencoded", b"a&" * 1_000_000),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 60_000)),
        ("multipart/form-data", b"no boundary"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=csrf\r\n\r\n\xff\xfe\r\n--x--\r\n",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; x="\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: a/b; charset=x\r\n\r\na\r\n--x--\r\n",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 1_000),
        ("multipart/form-data; boundary=\x80", b"--x--"),
        ("application/json", DEEP.encode()),
        ("", b"a=1"),
        ("text/plain; charset=\xe9", b"a=1"),
    ],
)
def test_no_form_makes_us_fail(standing_site: Site, content_type: str, body: bytes) -> None:
    browser = standing_site.browser()
    kind = content_type.encode("latin-1")
    answer = browser.client.post(
        "/sign-in", content=body, headers=[(b"Origin", standing_site.base.encode()), (b"Content-Type", kind)]
    )
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "body",
    [b"", b"{", DEEP.encode(), b'{"a":' * 100_000, b"\xff", b'{"mail": "\\ud800@a.b"}', b'{"mail": 7}', b"[]", b"null",
     b'{"mail": "a@b.example", "more": 1}', b'{"mail": "\\u0000@b.example"}', b'{"mail": "' + b"a" * 200_000 + b'@b"}'],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_json_that_is_none_is_a_problem(standing_site: Site, body: bytes) -> None:
    answer = standing_site.browser().client.post(
        "/api/v1/sign-in", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (202, 400, 413)
    if answer.status_code != 202:
        problem = json.loads(answer.content)
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == answer.status_code


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cookie", b"session=\xff\xfe"),
        ("cookie", b";;;=;a"),
        ("cookie", b'session="\\777'),
        ("accept-language", b"\xff;q=x,*;q="),
        ("accept-language", b"fr;q=1e999,en;q=nan"),
        ("referer", b"http://[::"),
        ("if-none-match", b"\xff"),
        ("authorization", b"Bearer \xff"),
        ("position", b"9" * 60),
        ("origin", b"\xff"),
    ],
    ids=str,
)
def test_no_header_makes_us_fail(standing_site: Site, name: str, value: bytes) -> None:
    browser = standing_site.browser()
    for path in ("/", "/nowhere", "/api/v1/zones", standing_site.services.renderer.asset("standing_site.css")):
        answer = browser.client.get(path, headers=[(name.encode(), value)])
        assert answer.status_code < 500, path


def test_a_raw_request_line_of_bytes_is_no_fault_of_ours(site: Site) -> None:
    for line in (b"GET /\xff\xfe HTTP/1.1", b"GET /a b HTTP/1.1", b"\x00 / HTTP/1.1", b"GET * HTTP/1.1"):
        with socket.create_connection(("127.0.0.1", site.services.settings.port), timeout=5) as raw:
            raw.sendall(
                line + b"\r\nHost: " + site.base.removeprefix("http://").encode() + b"\r\nConnection: close\r\n\r\n"
            )
            assert not raw.recv(100).startswith(b"HTTP/1.1 5")


def test_who_goes_away_before_the_end_of_a_form_is_no_fault_of_ours(
    standing_site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    host = standing_site.base.removeprefix("http://").encode()
    head = b"Host: " + host + b"\r\nContent-Type: %s\r\nContent-Length: 900\r\n\r\n"
    for kind in (b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"):
        with socket.create_connection(("127.0.0.1", standing_site.services.settings.port), timeout=5) as raw:
            raw.sendall(b"POST /sign-in HTTP/1.1\r\n" + head % kind + b"mail=le")
    printed = ""
    for _look in range(1000):
        printed += "".join(capfd.readouterr())
        if printed.count("went away") == 2:
            break
        time.sleep(0.02)
    assert printed.count("went away") == 2
    assert "Traceback" not in printed
    assert "request failed" not in printed


def test_what_is_too_big_is_said_so(site: Site) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    assert browser.send("/sign-in", {"mail": "a" * 300_000}).status_code == 413


def test_a_page_is_read_and_not_sent_to(site: Site) -> None:
    answer = site.browser().client.put("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_head_is_answered_like_get_without_the_text(site: Site) -> None:
    answer = site.browser().client.head("/sign-in")
    assert answer.status_code == 200
    assert answer.content == b""


def test_errors_speak_the_readers_language(site: Site) -> None:
    french = site.browser().get("/nowhere", **{"Accept-Language": "fr"}).text
    english = site.browser().get("/nowhere").text
    assert '<html lang="fr">' in french
    assert '<html lang="en">' in english
    assert french != english


def test_a_fault_of_ours_is_said_with_a_reference_and_nothing_else(site: Site) -> None:
    with site.database.connect() as connection:
        connection.execute("ALTER TABLE site.session RENAME TO gone")
    answer = site.browser(Cookie=f"{site.services.sessions.cookie_name}=x").get("/")
    assert answer.status_code == 500
    assert "site.session" not in answer.text
    assert "Reference" in answer.text


def test_pages_wait_for_a_database_that_is_away_and_come_back_by_themselves(
    site: Site, administrator: psycopg.Connection[tuple[object, ...]]
) -> None:
    browser = site.browser("lea")
    with site.database.connect() as connection:
        name = connection.info.dbname
    administrator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
    administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    answers = [browser.get("/account") for _try in range(2)]
    programs = browser.get("/api/v1/zones")
    ready, live = browser.get("/health/ready"), browser.get("/health/live")
    administrator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    assert {answer.status_code for answer in answers} == {503}
    assert int(answers[0].headers["retry-after"]) > 0
    assert programs.headers["content-type"] == "application/problem+json"
    assert ready.status_code == 503
    assert live.status_code == 200
    for _try in range(60):
        if browser.get("/account").status_code == 200:
            break
    assert browser.get("/account").status_code == 200
