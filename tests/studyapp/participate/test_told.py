"""Texts, tables, tokens, rules and trees on a participant's pages."""

from __future__ import annotations

import re
from html import escape

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from studyapp.catalog import address, catalog_of
from studyapp.models import BundleStimulus, Study
from studyapp.participate.shown import Panel, Picture, Sheet
from studyapp.simulate.walks import simulated_walks
from tests.studyapp.small_study import TOLD_PARTS, words_of
from tests.studyapp.visitor import Visitor

pytestmark = pytest.mark.django_db


def in_arm(study: Study, arm: str) -> Visitor:
    """Someone at the beginning of the tutorial of an arm."""
    arrived = [Visitor(study).arrive() for _ in range(6)]
    for visitor in arrived:
        visitor.walk_to("tutorial")
    return next(visitor for visitor in arrived if visitor.participant.arm == arm)


def test_learning_shows_the_input_and_every_part_with_its_caption(told_study: Study) -> None:
    visitor = in_arm(told_study, "map")
    step = visitor.walk_to("learning", "learning")
    html = visitor.look().html
    input_panel, explanation = html.split("<figure")[1:3]
    for word in words_of(step.item):
        assert escape(word) in input_panel
    kinds = re.findall(r'<p class="caption">As (\w+)[^<]*</p><div class="sheet sheet-(\w+)">', explanation)
    assert kinds == [(part, part) for part in TOLD_PARTS]
    assert "What the model looked at" in explanation
    assert "How much it counted" in html
    assert "<b>&" not in html


def test_a_legend_of_colours_stands_only_below_pictures(told_study: Study, small_study: Study) -> None:
    for study, ramps in ((told_study, 0), (small_study, 1)):
        visitor = in_arm(study, "map")
        visitor.walk_to("learning", "learning")
        html = visitor.look().html
        assert html.count('<svg class="ramp"') == ramps
        assert html.count("How much it counted") == 1


def test_a_test_shows_the_input_alone_and_loads_nothing_ahead(told_study: Study) -> None:
    visitor = in_arm(told_study, "map")
    step = visitor.walk_to("test", "trial")
    html = visitor.look().html
    assert html.count("<figure") == html.count('class="sheet sheet-tokens"') == 1
    assert escape(" ".join(words_of(step.item)[1:3])) in html
    assert "/i/" not in html
    assert 'data-preload=""' in html


def test_no_page_has_a_style_attribute_or_a_script_of_its_own(told_study: Study) -> None:
    visitor = in_arm(told_study, "map").walk_to_the_end()
    pages = "".join(response.content.decode() for response in visitor.seen)
    assert " style=" not in pages
    assert "<style" not in pages
    assert not re.search(r"<script(?![^>]* src=)", pages)


def test_what_stands_in_the_page_has_no_address(told_study: Study) -> None:
    visitor = Visitor(told_study)
    for part in BundleStimulus.objects.filter(bundle=told_study.bundle)[:3]:
        assert visitor.client.get(f"/i/told/{address(told_study, part.file)}").status_code == 404


def test_virtual_participants_walk_it_to_the_end(told_study: Study) -> None:
    walks = list(simulated_walks(told_study, 4, seed=5))
    assert {walk.outcome for walk in walks} <= {"finished", "screened-out", "declined", "left"}
    assert any(walk.outcome == "finished" for walk in walks)


def test_a_sheet_is_made_once_for_all_who_see_it(told_study: Study) -> None:
    catalog = catalog_of(told_study)
    part = catalog.inputs("test-1")[0]
    assert catalog.html(part) is catalog.html(part)
    assert str(settings.MEDIA_ROOT) not in catalog.html(part)


def some(count: int) -> list[Picture]:
    return [Picture("/i/x.png", 28, 28, "A shape.", f"Shape {number}") for number in range(count)]


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (4, 2), (5, 3), (9, 3), (10, 4), (30, 6), (50, 6)])
def test_an_example_gallery_is_as_square_as_it_can_be(count: int, columns: int) -> None:
    panel = Panel("Examples", some(count))
    assert (panel.is_strip, panel.columns) == (True, columns)


def test_the_caption_of_one_stimulus_is_shown_where_it_is_the_explanation() -> None:
    usual, telling = Sheet("<p>…</p>", "What mattered"), Sheet("<p>…</p>", "Sure in 9 of 10", is_telling=True)
    assert Panel("What would change it", [], [telling]).caption == "Sure in 9 of 10"
    assert Panel("What would change it", [], [usual]).caption == ""
    assert Panel("Both", [], [telling, telling]).caption == ""  # each has its own
    assert Panel("Empty", []).caption == ""


def test_a_caption_tells_something_where_it_differs_from_item_to_item(told_study: Study) -> None:
    catalog = catalog_of(told_study)
    told = catalog.explanation("test-1", "tiny", "map", "predicted")
    assert [catalog.is_telling(part) for part in told] == [False] * 4 + [True]
    assert not catalog.is_telling(catalog.inputs("test-1")[0])


def test_photographs_are_not_drawn_in_squares() -> None:
    assert [Picture("", width, width, "").is_fine for width in (8, 28, 224)] == [False, False, True]


@pytest.mark.parametrize("begins_with_sheet", [True, False])
def test_what_comes_first_in_a_mixed_explanation_stands_first(begins_with_sheet: bool) -> None:
    sheet = Sheet(SafeString("<p>Rather sure.</p>"), "How sure")
    panel = Panel("Why", some(1), [sheet], begins_with_sheet=begins_with_sheet)
    html = render_to_string("studyapp/_panels.html", {"page": {"panels": [panel]}})
    told = [html.index(text) for text in ("How sure", "Rather sure", "Shape 0", "<img")]
    assert told == sorted(told) if begins_with_sheet else told[2:] == sorted(told)[:2]
