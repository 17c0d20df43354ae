"""Bytes on a socket that are nearly a request: methods, targets, headers and bodies as no browser sends them."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from typing import Final

from tests.fuzzing.odd import Odd
from tests.fuzzing.stage import Seen, Stage
from tests.fuzzing.visits import TARGETS, VARIES, let_in
from tests.town import SLUG

PATIENCE: Final = 10.0
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
    *(b"Content-Encoding", b"Transfer-Encoding", b"Upgrade", b"Connection", b"Host", b"X" * 3_000),
)
BODIES: Final = (
    *(b"", b"{", b"[]", b"null", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"a=%zz&b=%ff", b"=&=&=", b"&" * 3_000),
    *(b'{"a":' * 3_000, b"--b\r\n\r\n--b--", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    *(b"\x1f\x8b\x08\x00", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\nhello", b"ffffffffffffffff\r\n"),
)


def thrown(odd: Odd, stage: Stage, times: int) -> Seen:
    """Throw bytes at the site; it answers with a status below 500, or hangs up."""
    seen = Seen()
    members = [browser for browser in let_in(stage) if browser.client.cookies]
    cookies = [
        b"; ".join(f"{name}={value}".encode() for name, value in each.client.cookies.items()) for each in members
    ]
    for _time in range(times):
        request = _request(odd, f"127.0.0.1:{stage.port}".encode(), cookies)
        seen.answered(_status(stage.port, request, seen), repr(request[:600]))
    return seen


def _status(port: int, request: bytes, seen: Seen) -> int:
    """The status it is answered with; 0 when the site hangs up, which is an answer too."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while len(answer) < 64 and (more := connection.recv(4_096)):
                answer += more
    except TimeoutError:
        seen.wrong(f"no answer in {PATIENCE:.0f} s: {request[:600]!r}")
    except OSError:
        return 0
    found = STATUS.match(answer)
    return int(found[1]) if found else 0


def _request(odd: Odd, host: bytes, cookies: Sequence[bytes]) -> bytes:
    dice = odd.dice
    honest = dice.choice(TARGETS)
    path = VARIES.sub(lambda found: SLUG if found[1] == "zone" else "x", honest.path).encode()
    target = path if dice.random() < 0.8 else dice.choice(TARGETS_AS_SENT)
    method = honest.method.encode() if dice.random() < 0.6 else dice.choice(METHODS)
    lines = [b"Host: " + host] * dice.choice((1, 1, 1, 1, 1, 1, 0, 2))
    if cookies and dice.random() < 0.5:
        lines.append(b"Cookie: " + dice.choice(cookies))
    lines += [b"%s: %s" % (dice.choice(NAMES), dice.choice(VALUES)) for _line in range(dice.randrange(5))]
    body = dice.choice(BODIES) if dice.random() < 0.5 else b""
    if body:
        told = dice.choice((len(body), len(body), len(body), 0, len(body) + 7, len(body) // 2))
        lines.append(
            dice.choice((b"Content-Length: %d" % told, b"Content-Length: %d" % told, b"Transfer-Encoding: chunked"))
        )
    whole = b"%s %s HTTP/%s\r\n%s\r\n\r\n%s" % (
        method, target, dice.choice((b"1.1", b"1.1", b"1.1", b"1.0", b"2.0", b"9")), b"\r\n".join(lines), body,
    )  # fmt: skip
    return whole if dice.random() < 0.95 else whole[: dice.randrange(1, len(whole))]
