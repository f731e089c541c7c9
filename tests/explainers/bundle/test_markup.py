"""JSON stimuli as HTML: what stands in it, that it is safe, and that it is read without colour."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from explainers.bundle import markup as markup_module
from explainers.bundle.markup import markup, markup_of, ramp
from explainers.bundle.scales import BOTH_WAYS, EMBERS

VOID = {"br", "rect", "line"}
CSS = (Path(markup_module.__file__).parent / "static" / "stimuli.css").read_text(encoding="utf-8")
HOUSE = {"type": "table", "columns": ["Feature", "Value"], "rows": [["Rooms", "3"], ["Age", "12 years"]]}


class Tree(HTMLParser):
    """Reads HTML, refuses tags that are not closed in order, and keeps what stands in it."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def tokens(words, weights=None, **more):
    return {"type": "tokens", "tokens": words, "weights": weights, **more}


BAD = '<img src=x onerror="alert(1)"> & "it" is\'nt'
EVERYWHERE = [
    {"type": "text", "text": BAD},
    {
        "type": "table",
        "columns": [BAD, BAD],
        "rows": [[BAD, BAD]],
        "emphasis": [[None, 1]],
        "scale": [BAD, BAD],
    },
    tokens([BAD], [0.9], scale=[BAD, BAD], joined_by=BAD, changed=[True]),
    tokens([BAD, BAD], [0.9, 0.2], scale=[BAD]),
    {"type": "rules", "rules": [{"if": [BAD], "then": BAD}, {"if": [], "then": BAD}], "note": BAD},
    {
        "type": "tree",
        "root": {"if": BAD, "yes": {"then": BAD, "note": BAD}, "no": {"then": BAD}},
        "note": BAD,
    },
]


@pytest.mark.parametrize("value", EVERYWHERE, ids=lambda value: value["type"])
def test_no_text_becomes_markup(value):
    html = markup(value)
    read = Tree(html)
    assert "img" not in read.tags
    assert BAD in read.text
    names = {name for name, _ in read.attributes}
    assert not names & {"style", "src", "href", "id", "title"}
    assert not [name for name in names if name.startswith("on")]


@pytest.mark.parametrize("value", EVERYWHERE, ids=lambda value: value["type"])
def test_the_same_json_gives_the_same_html(value):
    assert markup_of(json.dumps(value).encode()) == markup(value)


def test_a_blank_line_begins_a_paragraph_and_a_line_end_is_kept():
    assert "<p>One<br>two</p><p>three</p>" in markup({"type": "text", "text": "One\ntwo\n\n\nthree\n"})


def test_a_table_has_heads_for_columns_and_rows():
    html = markup(HOUSE)
    assert html.count('<th scope="col">') == 2
    assert '<tr><th scope="row">Rooms</th><td>3</td></tr>' in html
    assert "<svg" not in html


def test_cells_are_told_as_people_read_them():
    html = markup({"type": "table", "columns": ["a"], "rows": [[True], [False], [None], [1.5]]})
    assert re.findall("<td>(.*?)</td>", html) == ["yes", "no", "", "1.5"]


def test_bars_begin_in_the_middle_and_their_sides_are_told_in_words():
    html = markup({**HOUSE, "emphasis": [[None, 0.4], [None, -1]], "scale": ["against it", "for it"]})
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)%" y="15%" width="([\d.]+)%"', html)
    assert bars == [("for", "50.0", "20.0"), ("against", "0.0", "50.0")]
    assert re.findall('class="unseen">(.*?)<', html) == ["for it, 40 of 100", "against it, 100 of 100"]
    assert html.index("against it") < html.index("for it") < html.index("<tbody>")


def test_bars_of_one_direction_begin_at_the_left():
    html = markup({**HOUSE, "emphasis": [[None, 0.4], [None, 0]], "scale": ["matters"]})
    assert re.findall(r'x="([\d.]+)%" y="15%" width="([\d.]+)%"', html) == [("0.0", "40.0"), ("0.0", "0.0")]
    assert "<line" not in html
    assert "neither" in html


def test_a_column_has_bars_only_where_it_has_weights():
    html = markup({**HOUSE, "emphasis": [[None, None], [None, 0.5]]})
    assert html.count('<th scope="col" class="poles two">') == 1
    assert html.count('<td class="bar">') == 2
    assert html.count("<svg") == 1


def test_what_changed_is_marked_in_words_too():
    html = markup({**HOUSE, "changed": [[False, True], [False, False]]})
    assert "<td><mark>3</mark> <small>changed</small></td>" in html
    assert html.count("<mark>") == 1
    assert "<mark>b</mark>" in markup(tokens(["a", "b"], changed=[False, True]))
    assert "changed" not in markup(tokens(["a", "b"], changed=[False, False]))


def test_tokens_have_a_class_for_each_tenth():
    html = markup(tokens(list("abcdef"), [1, 0.26, 0.04, 0, -0.15, -1]))
    classes = re.findall(r'<span class="(w-\w+)">[a-f]</span>', html)
    assert classes == ["w-p10", "w-p3", "w-0", "w-0", "w-n2", "w-n10"]


def test_a_legend_says_what_colours_mean_and_looks_as_tokens_do():
    html = markup(tokens(["a"], [0.1], scale=["bad", "good"]))
    assert re.search(
        r'<p class="colours"><span class="w-n10">bad</span>.*<span class="w-p10">good</span></p>', html
    )
    one_way = markup(tokens(["a"], [0.1], scale=["much"]))
    assert "w-n" not in one_way
    assert "little" in one_way
    assert "colours" not in markup(tokens(["a"]))


def test_the_legend_does_not_hang_on_the_weights():
    legends = {
        markup(tokens(["a"], [w], scale=["bad", "good"])).split('<p class="unseen')[0][-600:] for w in (0, 1)
    }
    assert len({one.partition("colours")[2] for one in legends}) == 1


def test_those_who_hear_the_page_are_told_the_strongest_tokens():
    html = markup(tokens(["good", "bad", "the"], [0.5, -1, 0.01], scale=["against", "for"]))
    assert (
        '<p class="unseen">for, of 100: good (50).</p><p class="unseen">against, of 100: bad (100).</p>'
        in html
    )
    assert "against, of 100: nothing." in markup(tokens(["good"], [0.5], scale=["against", "for"]))


def test_words_are_joined_as_written_english_and_characters_as_they_are():
    told = Tree(markup(tokens(["(", "Not", "bad", ",", "is", "n't", "it", "?", ")"]))).text
    assert told == "(Not bad, isn't it?)"
    assert Tree(markup(tokens(["a", " ", "\n", "b"], joined_by=""))).text == "a ↵\nb"
    assert Tree(markup(tokens(["a", ",", "b"], joined_by="|"))).text == "a|,|b"


def test_rules_are_read_from_top_to_bottom():
    rules = [{"if": ["it barks", "it runs"], "then": "dog"}, {"if": [], "then": "cat"}]
    told = Tree(markup({"type": "rules", "rules": rules, "note": "Holds in 9 of 10."})).text
    assert told == (
        "Read from the top. The first rule that fits decides."
        "If it barksand it runsthen dogOtherwise catHolds in 9 of 10."
    )
    assert "Always cat" in Tree(markup({"type": "rules", "rules": rules[1:]})).text


def leaf(name="cat"):
    return {"then": name}


def test_a_tree_is_nested_lists_of_questions():
    root = {
        "if": "It barks",
        "yes": leaf("dog"),
        "no": {"if": "It flies?", "yes": leaf("bird"), "no": leaf()},
    }
    html = markup({"type": "tree", "root": root, "note": "Right for 9 of 10."})
    assert Tree(html).text == "It barks?Yes dogNo It flies?Yes birdNo catRight for 9 of 10."
    assert (html.count("<ul>"), html.count("<li>"), "<details" in html) == (2, 4, False)


def full(levels):
    return {"if": f"Q{levels}", "yes": full(levels - 1), "no": full(levels - 1)} if levels else leaf()


def test_a_large_tree_is_folded_below_its_first_levels_and_whole():
    html = markup({"type": "tree", "root": full(6)})
    read = Tree(html)
    assert read.text.count("cat") == 64
    assert read.text.count("?") == 63
    assert html.count("<details>") == 63 - 15  # all but the questions of four levels
    assert "<details" not in markup({"type": "tree", "root": full(4)})


def test_a_ramp_runs_from_the_scale_s_beginning_to_its_end():
    fills = re.findall(r'fill="(#\w+)"', ramp(EMBERS, steps=11))
    assert (fills[0], fills[4], fills[7], fills[10]) == ("#000000", "#d55e00", "#e69f00", "#f0e442")
    assert re.findall(r'fill="(#\w+)"', ramp(BOTH_WAYS, steps=3)) == ["#ff9452", "#000000", "#4cbaf9"]


def test_every_class_that_is_used_has_a_style():
    used = set()
    for value in [*EVERYWHERE, HOUSE, tokens(list("ab"), [n / 10 for n in (-10, 10)])]:
        used |= set(re.findall(r'class="([^"]+)"', markup(value)))
    classes = {one for names in used for one in names.split()} - {
        "w-0",
        "swatch",
        "leaf",
        "asks",
        "two",
        "sheet-tokens",
    }
    assert [one for one in sorted(classes) if f".{one}" not in CSS and one != "sheet-table"] == []
