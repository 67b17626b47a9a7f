"""Signing in with a one-time code and with a passkey, and the pages of accounts."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from benchmarks.people import Browser
from tests.browser.axe import DARK, NARROW, WIDE, barriers, barriers_in
from tests.browser.conftest import sign_in
from tests.browser.pages import SIDEWAYS
from tests.forms import AdminForm
from tests.serving import served
from tests.signing_in import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
SHOW = "/en/account/second-factor/show/"
WITH_APP = f"""
from allauth.mfa.totp.internal.auth import TOTP
from accounts.models import User
from tests.signing_in import PASSWORD
TOTP.activate(User.objects.create_superuser("lena", password=PASSWORD), "{SECRET}")
"""
PAGES = ["", "second-factor/", "app/", "passkeys/", "passkeys/add/", "sessions/", "password/"]
PAGES += ["recovery-codes/new/", "logout/", "reauthenticate/"]
WORDS = {
    "ar": {"go_on": "حفظتها: متابعة", "passkey": "الدخول بمفتاح مرور", "add": "إضافة مفتاح مرور"},
    "en": {
        "go_on": "I have kept them: go on",
        "passkey": "Sign in with a passkey",
        "add": "Add a passkey",
    },
}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def one_time_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_password(page, name):
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "name"), [("ar", "amal"), ("en", "badr")])
def test_administrator_sets_up_a_code_and_a_passkey_and_signs_in(open_page, portal, language, name):
    words, problems = WORDS[language], []
    page = open_page(f"/{language}/admin/goals/goal/", width=320)
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    give_password(page, name)
    page.wait_for_url("**/second-factor/")
    assert barriers(page) == []
    page.goto(f"{portal}/{language}/account/app/")
    secret_element = page.locator("code[dir=ltr]")
    secret = secret_element.inner_text()
    secret_element.evaluate("(element) => element.replaceChildren('W'.repeat(32))")
    assert not page.evaluate(SIDEWAYS)
    page.locator("[name=code]").fill(one_time_code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert barriers(page) == []
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert download.value.path().read_text().split() == codes
    page.emulate_media(media="print")
    assert page.locator(".recovery-codes").is_visible()
    assert page.locator(".account-navigation").is_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name=words["go_on"]).click()
    page.wait_for_url("**/admin/")

    page.goto(f"{portal}/{language}/account/passkeys/add/")
    page.get_by_role("button", name=words["add"]).click()
    page.wait_for_url("**/second-factor/")
    page.goto(f"{portal}/{language}/account/logout/")
    page.locator(".account-page button.main").click()
    page.wait_for_url("**/account/login/")
    page.goto(f"{portal}/{language}/admin/goals/goal/")
    page.get_by_role("button", name=words["passkey"]).click()
    page.wait_for_url("**/admin/goals/goal/")
    assert problems == []


def test_pages_of_an_account_have_no_barrier_and_fit_a_phone(open_page, portal):
    found = []
    for language, look in [("ar", NARROW), ("en", DARK)]:
        page = open_page(f"/{language}/")
        sign_in(page.context, portal, "editor")
        for path in PAGES:
            address = f"{portal}/{language}/account/{path}"
            found += barriers_in(page, address, [look, WIDE][: 1 + (language == "ar")])
            page.set_viewport_size({"width": 320, "height": 800})
            if page.evaluate(SIDEWAYS):
                found.append((address, "scrolls sideways"))
    assert found == []


@pytest.fixture
def two_processes(tmp_path, prepared):
    def with_app(server):
        server.manage("shell", "--command", WITH_APP)

    with served(prepared, tmp_path / "data", with_app, WORKERS="2", THREADS="1") as server:
        yield server


def test_limits_and_used_codes_hold_over_two_processes(two_processes):
    """Each request has a new connection, so that any of the processes may get it."""
    people = [Browser(two_processes.port) for _ in range(2)]
    for person in people:
        answer = send_form(person, "/en/account/login/", login="lena", password=PASSWORD)
        assert answer.headers["Location"] == SHOW
    code = one_time_code(SECRET)
    first, second = (send_form(person, SHOW, code=code) for person in people)
    assert first.headers["Location"] == "/en/admin/"
    assert "was used before" in second.content.decode()

    guess = {"login": "amal", "password": "a wrong phrase"}
    answers = [
        send_form(Browser(two_processes.port), "/en/account/login/", **guess).content.decode()
        for _ in range(12)
    ]
    assert ["There is no account" in page for page in answers] == [True] * 5 + [False] * 7
    assert all("There were too many attempts" in page for page in answers[5:])


def send_form(browser, path, **values):
    token = AdminForm(browser, path).fields["csrfmiddlewaretoken"]
    return browser.post(path, {"csrfmiddlewaretoken": token} | values)
