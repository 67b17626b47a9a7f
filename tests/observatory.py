"""Scores a response as Mozilla's HTTP Observatory does.

Its tests and their modifiers, as of November 2026, are published at
https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, and as code in
src/analyzer/tests/ and src/grader/charts.js of https://github.com/mdn/mdn-http-observatory.
A page begins with 100; bonuses count only where penalties leave 90 or more. The bonus
of 5 for a host in the HSTS preload lists of browsers is left out, since no response shows it.
"""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin"}
PRIVATE_REFERRERS |= {"strict-origin-when-cross-origin"}
HALF_A_YEAR = 15_552_000


def score(answer, plain):
    """Return the score of a response over https, and the points of each test: {name: points}.

    `plain` is the response to the same request over http. Both have `status` (a number), `headers`
    and `body` (bytes).
    """
    points_by_test = {name: test(answer, plain) for name, test in TESTS.items()}
    penalties = sum(points for points in points_by_test.values() if points < 0)
    bonuses = sum(points for points in points_by_test.values() if points > 0)
    total = 100 + penalties
    return (total + bonuses if total >= 90 else max(total, 0)), points_by_test


def policy(answer):
    """Return the directives of the content security policy: {name: set of sources}."""
    directives = {}
    for part in answer.headers.get("Content-Security-Policy", "").lower().split(";"):
        name, *sources = part.split() or [""]
        if name:
            assert name not in directives, f"{name} stands twice."
            directives[name] = set(sources) or {"'none'"}
    return directives


def content_security_policy(answer, plain):
    directives = policy(answer)
    if not directives:
        return -25
    default = directives.get("default-src", {"*"})
    script, style, objects = (
        directives.get(f"{name}-src", default) for name in ("script", "style", "object")
    )
    passive = directives.get("img-src", default) | directives.get("media-src", default)
    rest = {"img-src", "media-src"}
    active = set().union(*(directives[name] for name in directives.keys() - rest))
    if script & (BROAD | INLINE) or objects & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(answer, plain):
    points = []
    for line in answer.headers.get_all("Set-Cookie") or []:
        ((name, cookie),) = SimpleCookie(line).items()
        is_session = "sess" in name.lower() or "login" in name.lower()
        if not cookie["secure"]:
            points.append(-40 if is_session else -20)
        if is_session and not cookie["httponly"]:
            points.append(-30)
        if cookie["samesite"].lower() not in {"lax", "strict"}:
            points.append(-20 if cookie["samesite"] or "csrf" in name.lower() else 0)
        points.append(5)
    return min(points, default=0)


def resource_sharing(answer, plain):
    is_open = answer.headers.get("Access-Control-Allow-Origin") is not None
    return -50 if is_open and answer.headers.get("Access-Control-Allow-Credentials") else 0


def redirection(answer, plain):
    target = urlsplit(plain.headers.get("Location") or "")
    if plain.status not in {301, 302, 307, 308} or target.scheme != "https":
        return -20
    return 0


def referrer_policy(answer, plain):
    value = answer.headers.get("Referrer-Policy")
    if value is None:
        return 0
    return 5 if value.split(",")[-1].strip() in PRIVATE_REFERRERS else -5


def strict_transport_security(answer, plain):
    age = re.match(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    if age is None:
        return -20
    return 0 if int(age[1]) >= HALF_A_YEAR else -10


def subresource_integrity(answer, plain):
    scripts = re.findall(rb"<script\b[^>]*\bsrc=[\"']?([^\"'\s>]+)[^>]*>", answer.body)
    if any(script.startswith((b"http:", b"//")) for script in scripts):
        return -50
    return -5 if any(b":" in script.split(b"/")[0] for script in scripts) else 0


def content_type_options(answer, plain):
    return 0 if answer.headers.get("X-Content-Type-Options") == "nosniff" else -5


def frame_options(answer, plain):
    if "frame-ancestors" in policy(answer):
        return 5
    return 0 if answer.headers.get("X-Frame-Options") in {"DENY", "SAMEORIGIN"} else -20


def resource_policy(answer, plain):
    value = answer.headers.get("Cross-Origin-Resource-Policy")
    points = {"same-origin": 10, "same-site": 10, "cross-origin": 0, None: 0}
    return points.get(value, -5)


TESTS = {
    "content-security-policy": content_security_policy,
    "cookies": cookies,
    "cross-origin-resource-sharing": resource_sharing,
    "redirection": redirection,
    "referrer-policy": referrer_policy,
    "strict-transport-security": strict_transport_security,
    "subresource-integrity": subresource_integrity,
    "x-content-type-options": content_type_options,
    "x-frame-options": frame_options,
    "cross-origin-resource-policy": resource_policy,
}
