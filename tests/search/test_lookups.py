import pytest

from goals.models import Goal
from tests.factories import make_goal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["الارهاب", "الإرهاب", "إرهَـاب", "مكافحه"])
def test_folded_lookup_finds_arabic_however_it_is_spelt(query):
    goal = make_goal(title_ar="مكافحة الإرهاب")
    make_goal(title_ar="سلامة الحدود")

    assert list(Goal.objects.filter(title_ar__folded__icontains=query)) == [goal]


def test_folded_lookup_folds_the_letters_that_the_analyser_folds():
    goal = make_goal(title_ar="مسؤولية الشرطة")

    assert list(Goal.objects.filter(title_ar__folded__icontains="مسئولية")) == [goal]


def test_folded_lookup_takes_wildcards_literally():
    make_goal(title_ar="مكافحة الإرهاب")

    assert not Goal.objects.filter(title_ar__folded__icontains="%").exists()
