"""Two administrators with the same form in two browsers: no edit is lost."""

from contextlib import ExitStack

import pytest

from tests.browser.conftest import sign_in, signed_in

FORM = "/en/admin/goals/goal/{}/change/"


@pytest.fixture(scope="module")
def people(browser, portal):
    with ExitStack() as stack:
        yield [stack.enter_context(signed_in(browser, portal, name)) for name in ("amal", "badr")]


@pytest.fixture
def forms(people, portal, request):
    """The pages of two browsers with the form of one goal; the parameter is its number."""
    number = getattr(request, "param", 1)
    for page in people:
        page.goto(portal + FORM.format(number))
    return people


def type_into(page, name, text):
    page.locator(f'[name="{name}"]').fill(text)


def value(page, name):
    return page.locator(f'[name="{name}"]').input_value()


def save(page):
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_load_state()


def is_saved(page):
    return page.locator(".messagelist .success").count() == 1


def stored(page, portal, number, *names):
    page.goto(portal + FORM.format(number))
    return [value(page, name) for name in names]


@pytest.mark.parametrize(
    ("forms", "first_field", "second_field"),
    [
        pytest.param(1, "subject_ar", "title_en", id="languages"),
        pytest.param(3, "title_en", "objectives-1-text_en", id="parent and row"),
    ],
    indirect=["forms"],
)
def test_different_fields_are_both_kept(forms, first_field, second_field):
    first, second = forms
    type_into(first, first_field, "Amal’s words")
    type_into(second, second_field, "كلمات بدر")
    save(first)
    save(second)

    assert is_saved(first)
    assert is_saved(second)
    second.reload()
    assert [value(second, first_field), value(second, second_field)] == [
        "Amal’s words",
        "كلمات بدر",
    ]


@pytest.mark.parametrize("forms", [2], indirect=True)
def test_same_field_is_refused_and_nothing_typed_is_lost(forms, portal):
    first, second = forms
    type_into(first, "objectives-0-text_en", "Amal’s words")
    type_into(second, "objectives-0-text_en", "Badr’s words")
    save(first)
    save(second)

    assert is_saved(first)
    conflict = second.locator(".conflict")
    assert "amal changed this too" in conflict.inner_text()
    assert "Amal’s words" in " ".join(conflict.locator("ins").all_inner_texts())
    assert value(second, "objectives-0-text_en") == "Badr’s words"
    assert stored(first, portal, 2, "objectives-0-text_en") == ["Amal’s words"]
    save(second)
    assert is_saved(second)


@pytest.mark.parametrize("forms", [4], indirect=True)
def test_deleted_row_is_not_made_again_and_its_text_is_kept(forms, portal):
    first, second = forms
    text = value(first, "objectives-0-text_en")
    first.locator('[name="objectives-0-DELETE"]').check()
    type_into(second, "objectives-0-text_en", "Typed meanwhile")
    save(first)
    save(second)

    assert not is_saved(second)
    assert "amal deleted" in second.locator(".errorlist").first.inner_text()
    assert value(second, "objectives-0-text_en") == "Typed meanwhile"
    first.goto(f"{portal}/en/admin/goals/goal/deleted/")
    assert text in first.locator(".changes").inner_text()
    first.get_by_role("button", name="Bring back what was deleted").first.click()
    assert text in stored(first, portal, 4, "objectives-0-text_en")


@pytest.mark.parametrize("forms", [3], indirect=True)
def test_deleted_record_is_not_made_again_and_what_was_typed_comes_back(forms, portal):
    first, second = forms
    type_into(second, "title_en", "Typed while it was deleted")
    second.wait_for_timeout(600)
    first.goto(f"{portal}/en/admin/goals/goal/3/delete/")
    first.get_by_role("button", name="Yes, I’m sure").click()
    first.wait_for_load_state()
    save(second)

    assert "Nothing was saved, and it was not made again" in second.locator("#content").inner_text()
    assert "Typed while it was deleted" in second.locator(".differences").inner_text()
    first.goto(f"{portal}/en/admin/goals/goal/deleted/")
    first.get_by_role("button", name="Bring back what was deleted").first.click()
    second.goto(portal + FORM.format(3))
    second.get_by_role("button", name="Put it back into the form").click()
    save(second)
    assert stored(first, portal, 3, "title_en") == ["Typed while it was deleted"]


@pytest.mark.parametrize("forms", [7], indirect=True)
def test_action_leaves_an_open_form_its_edits(forms, portal):
    first, second = forms
    type_into(second, "title_en", "Typed while it was hidden")
    run_action(first, portal, 7, "hide")
    save(second)

    assert is_saved(second)
    assert stored(first, portal, 7, "title_en") == ["Typed while it was hidden"]
    assert not first.locator('[name="is_published"]').is_checked()
    run_action(first, portal, 7, "publish")


def run_action(page, portal, number, action):
    page.goto(f"{portal}/en/admin/goals/goal/")
    page.locator(f'[name="_selected_action"][value="{number}"]').check()
    page.locator('select[name="action"]').select_option(action)
    page.get_by_role("button", name="Run").click()
    page.locator(".submit-row input.default").click()  # of the page that asks first
    page.wait_for_load_state()
    assert is_saved(page)


@pytest.mark.parametrize("forms", [2], indirect=True)
def test_import_and_an_open_form_do_not_overwrite_each_other(forms, portal, tmp_path):
    first, second = forms
    name = value(first, "title_en")
    type_into(second, "title_en", "Badr’s title")
    texts = tmp_path / "texts.xlf"
    portal.manage("export_translations", "en", str(texts))
    file = texts.read_text(encoding="utf-8")
    assert f">{name}<" in file
    texts.write_text(file.replace(f">{name}<", ">Imported title<"), encoding="utf-8")
    portal.manage("import_translations", str(texts), "--apply")
    save(second)

    assert "Imported title" in " ".join(second.locator(".conflict ins").all_inner_texts())
    assert value(second, "title_en") == "Badr’s title"
    assert stored(first, portal, 2, "title_en") == ["Imported title"]


@pytest.mark.parametrize("forms", [5], indirect=True)
def test_load_leaves_an_open_form_its_edits(forms, portal):
    first, second = forms
    original = value(first, "title_en")
    type_into(first, "title_en", "Edited before the load")
    save(first)
    second.reload()
    type_into(second, "subject_ar", "حرره بدر أثناء التحميل")
    portal.manage("load_content", "--overwrite")
    save(second)

    assert is_saved(second)
    assert stored(first, portal, 5, "title_en", "subject_ar") == [
        original,
        "حرره بدر أثناء التحميل",
    ]
    first.goto(f"{portal}/en/admin/goals/goal/5/history/")
    assert "Edited before the load" in first.locator(".changes").inner_text()


@pytest.mark.parametrize("forms", [6], indirect=True)
def test_expired_session_keeps_what_was_typed(forms, portal):
    first, _second = forms
    type_into(first, "title_en", "Typed before the session ended")
    type_into(first, "objectives-0-text_en", "نص كتب قبل انتهاء الجلسة")
    first.wait_for_timeout(600)
    first.context.clear_cookies()
    first.get_by_role("button", name="Save and continue editing").click()
    first.wait_for_load_state()
    sign_in(first.context, portal, "amal", index=1)
    first.goto(portal + FORM.format(6))

    first.get_by_role("button", name="Put it back into the form").click()
    assert value(first, "title_en") == "Typed before the session ended"
    save(first)
    assert is_saved(first)
    assert first.locator("[data-draft]").is_hidden()
    assert stored(first, portal, 6, "objectives-0-text_en") == ["نص كتب قبل انتهاء الجلسة"]


@pytest.mark.parametrize("forms", [7], indirect=True)
def test_closed_tab_and_stopped_server_keep_what_was_typed(forms, portal):
    first, second = forms
    type_into(first, "title_en", "Typed before the tab was closed")
    first.wait_for_timeout(600)
    portal.stop()
    first.get_by_role("button", name="Save and continue editing").click()
    portal.start()
    type_into(second, "title_en", "Saved by Badr meanwhile")
    save(second)
    assert is_saved(second)

    reopened = first.context.new_page()
    reopened.goto(portal + FORM.format(7))
    reopened.get_by_role("button", name="Put it back into the form").click()
    save(reopened)

    # The draft does not overwrite Badr's text, but shows a conflict.
    assert "badr changed this too" in reopened.locator(".conflict").inner_text()
    assert value(reopened, "title_en") == "Typed before the tab was closed"
    reopened.close()


@pytest.mark.parametrize("forms", [1], indirect=True)
def test_who_else_has_the_form_open_is_said(forms):
    first, second = forms
    first.reload()
    first.locator("[data-presence]:not([hidden])").wait_for()
    assert "badr" in first.locator("[data-presence]").inner_text()
    second.goto("about:blank")


def test_draft_that_is_not_answered_is_offered_again(people, portal):
    first, _second = people
    first.goto(portal + FORM.format(4))
    type_into(first, "title_en", "Typed first")
    first.wait_for_timeout(600)
    first.reload()
    type_into(first, "title_ar", "كتب بعد ذلك")
    first.wait_for_timeout(600)
    first.reload()
    first.get_by_role("button", name="Put it back into the form").click()
    assert [value(first, name) for name in ("title_en", "title_ar")] == [
        "Typed first",
        "كتب بعد ذلك",
    ]
    first.reload()
    first.get_by_role("button", name="Discard it").click()


def test_thrown_away_draft_is_not_offered_again(people, portal):
    first, _second = people
    first.goto(portal + FORM.format(2))
    type_into(first, "title_en", "A passing thought")
    first.wait_for_timeout(600)
    first.reload()
    first.get_by_role("button", name="Discard it").click()
    first.reload()
    assert first.locator("[data-draft]").is_hidden()
