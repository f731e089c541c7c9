"""The page with every explainer: made from a small study, told when one fails, and its table in order."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("torch")

from explainers.commands import main
from explainers.errors import ExplainersError
from explainers.gallery import making, scenes
from explainers.gallery.page import _apart, _told, _with_code, page, told_seconds, told_setting
from explainers.gallery.scenes import FIXTURES, Scenes, kind_of, kinds_served
from explainers.gallery.settings import FAMILIES, ITEMS, LAYERS, USES, USUAL, Fitted, Use
from explainers.registry import EXPLAINERS, get_explainer

SHOWN = ["grad-cam", "nearest-examples", "saliency"]


@pytest.fixture
def small(shapes, tmp_path, monkeypatch):
    """The small recipe as the only study, on which explainers of pictures are shown."""
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "shapes").symlink_to(shapes.parent)
    monkeypatch.setattr(scenes, "USUAL", {"image": Use("shapes", "net")})
    monkeypatch.setattr(making, "kinds_served", lambda: [(name, "image") for name in SHOWN])
    return Scenes(tmp_path / "fixtures")


def html_of(folder):
    return (folder / "index.html").read_text(encoding="utf-8")


def test_each_explainer_is_shown_as_the_recipe_that_uses_it_does(small, tmp_path):
    exhibits = list(making.make(tmp_path / "out", small))
    assert [(one.name, one.fault) for one in exhibits] == [(name, "") for name in SHOWN]
    html = html_of(tmp_path / "out")
    assert len(re.findall("<article ", html)) == 3
    assert [len(one.answers) for one in exhibits] == [ITEMS["image"]] * 3
    parts = [[part.part for part in one.answers[0].shown] for one in exhibits]
    assert parts == [["map"], ["example-1", "example-2"], ["map"]]  # two, as the recipe says
    assert all(case.strata["pool"] == "learning" for one in exhibits for case in [one.answers[0].case])


def test_the_folder_is_complete_and_asks_no_other_host(small, tmp_path):
    list(making.make(tmp_path / "out", small))
    html = html_of(tmp_path / "out")
    links = [
        link for link in re.findall(r'(?:src|href)="([^"]+)"', html) if not link.startswith(("#", "data:"))
    ]
    assert {link for link in links if not (tmp_path / "out" / link).is_file()} == set()
    assert {"gallery.css", "stimuli.css"} < set(links)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r' id="([^"]+)"', html))
    stored = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(stored) == len(set(links)) + 1
    assert not any("http" in path.read_text(encoding="utf-8") for path in stored if path.suffix != ".png")


def test_a_gallery_is_made_again_in_its_folder_and_in_no_other(small, tmp_path):
    list(making.make(tmp_path / "out", small, only=["saliency"]))
    before = html_of(tmp_path / "out").count("<img")
    list(making.make(tmp_path / "out", small, only=["grad-cam"]))
    assert before == html_of(tmp_path / "out").count("<img") == 2 * ITEMS["image"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    with pytest.raises(ExplainersError, match="holds something that is no gallery"):
        list(making.make(tmp_path / "mine", small))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_one_that_fails_is_told_on_the_page_and_the_others_are_shown(small, tmp_path, monkeypatch, capsys):
    honest = making.get_explainer

    def broken(name, parameters):
        if name == "saliency":
            raise ZeroDivisionError("no <gradient>")
        return honest(name, parameters)

    monkeypatch.setattr(making, "get_explainer", broken)
    monkeypatch.setattr(scenes, "Scenes", lambda: small)
    monkeypatch.setattr(scenes, "kinds_served", making.kinds_served)
    assert main(["gallery", "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert "2 exhibits of 3 explainers; 0 not shown, with the reason; 1 failed." in told.out
    assert "saliency on image: ZeroDivisionError: no <gradient>" in told.err
    html = html_of(tmp_path / "out")
    assert "<strong>Failed.</strong> ZeroDivisionError: no &lt;gradient&gt;" in html
    assert html.count("<img") == 2 * 2 + 2 * 3


def test_an_unknown_name_is_refused_before_anything_is_made(small, tmp_path):
    with pytest.raises(ExplainersError, match='No explainer is called "saliancy"'):
        list(making.make(tmp_path / "out", small, only=["saliancy"]))
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_shown_has_its_reason_on_the_page():
    use = Use(why_not="It needs <another> model.")
    html = page([making.Exhibit("linear-weights", "image", use)])
    assert "Not shown. It needs &lt;another&gt; model." in html


def test_a_study_or_model_that_is_not_there_is_told(small):
    told = making.exhibit("rule-list", "table", small).fault
    assert told.startswith("ExplainersError: There is no study recidivism in ")
    with pytest.raises(ExplainersError, match='The recipe of shapes has no model "cnn"'):
        small.context(Use("shapes", "cnn"))
    with pytest.raises(ExplainersError, match="holds no study with a recipe.yaml"):
        _ = Scenes(small.fixtures / "nothing").recipes


def test_parameters_without_a_default_are_given_the_usual_layer_and_method():
    assert scenes.needed("nearest-examples", "table") == {"layer": LAYERS["table"]}
    assert scenes.needed("rationale", "text") == {"method": "occlusion"}
    assert scenes.needed("lime", "text") == {}


def test_an_explainer_of_units_is_asked_about_units_where_the_study_has_none(small):
    context = small.context(Use("shapes", "net"))
    explainer = get_explainer("top-activating")
    cases = scenes.cases_for(explainer, scenes.with_units(explainer, context))
    assert [(case.kind, case.unit) for case in cases] == [("unit", ("relu2", 0))]
    assert scenes.with_units(get_explainer("saliency"), context) is context


def test_a_row_that_says_why_not_gives_way_to_a_recipe_that_uses_the_explainer(small, monkeypatch):
    monkeypatch.setattr(scenes, "USES", {"grad-cam": Use(why_not="No."), "rise": Use(why_not="Not here.")})
    assert small.use_of("grad-cam", "image").recipe == "shapes"
    assert small.use_of("rise", "image").why_not == "Not here."


def test_a_model_that_no_study_has_is_fitted_on_the_spot(small):
    from explainers.models.nearest_neighbours import Neighbourhood

    context = small.context(Use("shapes", "net", fitted=Fitted("nearest-neighbours")))
    assert isinstance(context.model, Neighbourhood)
    assert set(context.predictions) == {case.item for case in context.cases}
    told = [context.model(case.input[None]).argmax().item() for case in context.cases]
    assert told == [context.predictions[case.item].index for case in context.cases]


def test_a_drawer_is_changed_for_one_explainer_alone(small):
    other = small.context(Use("shapes", "net", drawer={"grey": 0.1})).drawer
    assert (other.grey, small.context(Use("shapes", "net")).drawer.grey) == (0.1, 0.55)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"layer": "relu3", "replace_by": "unknown_word"}, "layer relu3, replace by unknown word"),
        ({"numbered": True, "count": 1}, "numbered yes, count 1"),
        ({"members": [{"method": "lime"}, {"method": "anchors"}]}, "members method lime; method anchors"),
    ],
)
def test_settings_are_told_without_brackets(setting, told):
    assert told_setting(setting) == told


@pytest.mark.parametrize(
    ("output", "truth", "told"),
    [
        ("108227", "120500", " That is 12,273 dollars too low."),
        ("123730", "120500", " That is 3,230 dollars too high."),
        ("120500", "120500", " That is exact."),
    ],
)
def test_a_number_is_told_with_its_distance_from_the_truth(output, truth, told):
    houses = SimpleNamespace(labels=(), unit="dollars", decimals=0)
    assert _apart(output, truth, houses) == told
    assert _told("108227", houses) == "108,227 dollars"
    digits = SimpleNamespace(labels=("4", "9"), unit="", decimals=0)
    assert (_told("4", digits), _apart("4", "9", digits)) == ("4", "")


def test_names_in_a_summary_are_shown_as_code():
    assert _with_code("The `count` nearest <of> all.") == "The <code>count</code> nearest &lt;of&gt; all."


def test_every_explainer_is_shown_on_every_kind_of_data_that_it_serves():
    assert [key for key, use in USES.items() if use.why_not] == []


def test_the_table_names_what_there_is():
    recipes, served = Scenes().recipes, set(kinds_served())
    for key, use in USES.items():
        name, kinds = key if isinstance(key, tuple) else (key, None)
        assert name in EXPLAINERS
        assert (name, kinds) in served or kinds is None
        if use.recipe:
            assert use.model in [model.name for model in recipes[use.recipe].models]
    for kind, use in USUAL.items():
        assert kind_of(recipes[use.recipe]) == kind
        assert use.model in [model.name for model in recipes[use.recipe].models]
    assert (FIXTURES / "digits").is_dir()


def test_every_family_has_a_heading():
    folders = {
        path.name for path in (Path(making.__file__).parents[1] / "methods").iterdir() if path.is_dir()
    }
    assert folders - {"__pycache__"} <= set(FAMILIES)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0004, "under 1 ms"), (0.0123, "12 ms"), (0.9, "900 ms"), (1.26, "1.3 s"), (75, "75.0 s")],
)
def test_seconds_are_told_as_people_read_them(seconds, told):
    assert told_seconds(seconds) == told
