"""The colours of the goals: their contrast with the grounds on which they stand (WCAG 2.2)."""

import re

import pytest
from django.conf import settings

from sdg_links.colours import contrast_ratio

SHEET = settings.BASE_DIR / "portal" / "static" / "portal" / "portal.css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
GOALS = range(1, 13)
MIN_CONTRAST = 4.5  # of text, at level AA


def colours():
    """Return the light and the dark colour of each token, the first definition of it."""
    tokens = {}
    for name, light, dark in TOKEN.findall(SHEET.read_text(encoding="utf-8")):
        tokens.setdefault(name, (light, dark))
    return tokens


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "leaf"])
@pytest.mark.parametrize("name", [*(f"goal-{number}" for number in GOALS), "portal"])
def test_goals_can_be_read_in_their_colours(name, ground, scheme):
    tokens = colours()

    ratio = contrast_ratio(tokens[name][scheme], tokens[ground][scheme])

    assert ratio >= MIN_CONTRAST


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_each_of_twelve_goals_has_its_own_colour(scheme):
    tokens, sheet = colours(), SHEET.read_text(encoding="utf-8")

    assert len({tokens[f"goal-{number}"][scheme] for number in GOALS}) == len(GOALS)
    for number in GOALS:
        assert f'[data-goal="{number}"] {{ --hue: var(--goal-{number}); }}' in sheet
