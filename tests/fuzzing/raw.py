"""Bytes on a socket that are nearly a request: methods, targets, headers and bodies as no browser sends them."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tests.fuzzing.odd import Odd
from tests.fuzzing.stage import Seen, Stage
from tests.fuzzing.visits import TARGETS, VARIES, let_in
from tests.town import SLUG

PATIENCE: Final = 10.0
A_MOMENT: Final = 0.1
"""How long we wait on a site that waits for us."""
GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
METHODS: Final = (
    *(b"GET", b"POST", b"HEAD", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"),
    *(b"TRACE", b"CONNECT", b"PROPFIND", b"get", b"GE T", b"\xff", b"X" * 5_000),
)
TARGETS_AS_SENT: Final = (
    *(b"*", b"", b"//", b"/%", b"/%zz", b"/%00", b"/%ff%fe", b"/..%2f..%2fetc/passwd", b"/\xe9", b"/" + b"a" * 9_000),
    *(b"http://elsewhere.example/", b"/?q=%ff", b"/?" + b"a=b&" * 900, b"/#x", b"/;a=b", b"/z/%2e%2e/x", b"/\t"),
)
VALUES: Final = (
    *(b"", b"\xff\xfe", b"a" * 20_000, b"0", b"-1", b"1e9", b"text/html;q=banana", b"*/*", b"\x7f", b";;;==,,"),
    *(
        b"bytes=0-",
        b"W/",
        b'"x"',
        b"close, keep-alive",
        b"identity;q=0",
        b"gzip",
        b"100-continue",
        b"Bearer",
        b"Basic eA==",
    ),
    *(
        b"session=",
        b"session=\xff; session=x",
        b"language=\x00fr",
        b"multipart/form-data",
        b"application/json; charset=no-such",
    ),
    *(b"multipart/form-data; boundary=" + b"b" * 300, b"application/x-www-form-urlencoded; charset=utf-16", b"null"),
)
NAMES: Final = (
    *(b"Accept", b"Accept-Language", b"Accept-Encoding", b"Authorization", b"Cookie", b"Content-Type", b"Origin"),
    *(b"Referer", b"Range", b"If-None-Match", b"If-Match", b"Expect", b"Forwarded", b"X-Forwarded-For", b"Position"),
    *(b"X-Forwarded-Proto", b"Idempotency-Key", b"HX-Request", b"Sec-Fetch-Site", b"X-CSRF-Token", b"User-Agent"),
    *(b"Content-Encoding", b"Transfer-Encoding", b"Upgrade", b"Connection", b"X" * 300),
)
BODIES: Final = (
    *(b"", b"{", b"[]", b"null", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"a=%zz&b=%ff", b"=&=&=", b"&" * 3_000),
    *(b'{"a":' * 3_000, b"--b\r\n\r\n--b--", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    *(b"\x1f\x8b\x08\x00", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\nhello", b"ffffffffffffffff\r\n"),
)


class Bytes(Struct, frozen=True):
    """What is sent, and whether it is whole: a server rightly waits for the rest of what is not."""

    sent: bytes
    whole: bool


def thrown(odd: Odd, stage: Stage, times: int) -> Seen:
    """Throw bytes at the site; it answers with a status below 500, or hangs up."""
    seen = Seen()
    members = [browser for browser in let_in(stage) if browser.client.cookies]
    cookies = [
        b"; ".join(f"{name}={value}".encode() for name, value in each.client.cookies.items()) for each in members
    ]
    for _time in range(times):
        request = _request(odd, f"127.0.0.1:{stage.port}".encode(), cookies)
        seen.answered(_status(stage.port, request, seen), repr(request.sent[:600]))
    return seen


def _status(port: int, request: Bytes, seen: Seen) -> int:
    """The status it is answered with; 0 when the site hangs up or waits for the rest, which are answers too."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(request.sent)
            connection.settimeout(PATIENCE if request.whole else A_MOMENT)
            while len(answer) < len(b"HTTP/1.1 200 OK") and (more := connection.recv(4_096)):
                answer = (answer + more).removeprefix(GO_ON)
    except TimeoutError:
        if request.whole:
            seen.wrong(f"no answer in {PATIENCE:.0f} s: {request.sent[:600]!r}")
    except OSError:
        return 0
    found = STATUS.match(answer)
    return int(found[1]) if found else 0


def _request(odd: Odd, host: bytes, cookies: Sequence[bytes]) -> Bytes:
    dice = odd.dice
    honest = dice.choice(TARGETS)
    path = VARIES.sub(lambda found: SLUG if found[1] == "zone" else "x", honest.path).encode()
    target = path if dice.random() < 0.85 else dice.choice(TARGETS_AS_SENT)
    method = honest.method.encode() if dice.random() < 0.85 else dice.choice(METHODS)
    lines = [b"Host: " + host] * (1 if dice.random() < 0.97 else dice.choice((0, 2)))
    if cookies and dice.random() < 0.5:
        lines.append(b"Cookie: " + dice.choice(cookies))
    lines += [b"%s: %s" % (dice.choice(NAMES), dice.choice(VALUES)) for _line in range(dice.randrange(4))]
    body = dice.choice(BODIES) if dice.random() < 0.5 else b""
    told = dice.choice((0, 0, 0, 0, 7, -1)) + len(body)
    if body:
        chunked = dice.random() < 0.1
        lines.append(b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % told)
    version = b"1.1" if dice.random() < 0.95 else dice.choice((b"1.0", b"2.0", b"9"))
    sent = b"%s %s HTTP/%s\r\n%s\r\n\r\n%s" % (method, target, version, b"\r\n".join(lines), body)
    plain = told <= len(body) and b"chunked" not in sent
    if dice.random() < 0.97:
        return Bytes(sent, whole=plain)
    return Bytes(sent[: dice.randrange(1, len(sent))], whole=False)
