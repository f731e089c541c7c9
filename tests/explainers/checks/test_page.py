"""`check --html` and `check --out`: for a bundle of ours, and for one that another pipeline made."""

import json
import shutil
from dataclasses import replace

import pytest

from explainers import bundle
from explainers.commands import main

pytest.importorskip("torch")
EDGES = "explainers:\n  - name: pictures-own\n    method: own_map:Picture\n"
OWN = '''
from dataclasses import dataclass
from explainers.methods.gradients.saliency import Saliency


@dataclass(frozen=True)
class Picture(Saliency):
    """The picture itself. Source: none."""

    def relevance_of(self, question, context):
        return question.case.input
'''


@pytest.fixture(scope="module")
def made(shapes, tmp_path_factory):
    """A bundle with an explainer that does not look at the model, beside its recipe."""
    folder = shutil.copytree(shapes.parent, tmp_path_factory.mktemp("page") / "study")
    (folder / "own_map.py").write_text(OWN)
    recipe = folder / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("explainers:\n", EDGES))
    assert main(["prepare", str(recipe), "--out", str(folder / "bundle"), "--processes", "1"]) == 0
    return folder / "bundle"


def test_what_fails_is_flagged_in_plain_words_beside_its_twin(made, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["check", str(made), "--html", str(page)]) == 0
    text = page.read_text()
    assert "it shows the input, not what the model has learned" in text
    assert text.count("The same, weights shuffled") >= 4
    assert "Not possible: the model is not here" not in text
    assert "layer by layer" in text
    assert f"Page: {page}" in capsys.readouterr().out


def test_the_page_loads_nothing_from_anywhere(made, tmp_path):
    page = tmp_path / "page.html"
    main(["check", str(made), "--html", str(page)])
    text = page.read_text()
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "data:image/png;base64," in text


def test_a_foreign_bundle_gets_what_needs_no_model_and_its_page_says_so(made, tmp_path):
    foreign = tmp_path / "foreign"
    shutil.copytree(made, foreign)
    manifest = json.loads((foreign / "manifest.json").read_text())
    fields = {name: manifest[name] for name in ("name", "dataset", "labels", "models", "explainers")}
    ours = bundle.read(made)
    plain = (
        (type(one)(**{**one.__dict__, "checks": {}}), ours.path(one).read_bytes()) for one in ours.stimuli
    )
    shutil.rmtree(foreign)
    bundle.write(foreign, fields, ours.items, ours.outputs, plain)
    assert (
        main(["check", str(foreign), "--out", str(tmp_path / "scored"), "--html", str(tmp_path / "p.html")])
        == 0
    )
    scored = bundle.read(tmp_path / "scored")
    assert {"size", "randomised_rank_correlation"} & set(scored.stimuli[1].checks) == {"size"}
    assert {check.name for check in scored.manifest.checks} >= {"size"}
    assert "the model is not here" in (tmp_path / "p.html").read_text()
    main(["check", str(tmp_path / "scored"), "--out", str(tmp_path / "again")])
    assert bundle.read(tmp_path / "again").sha256 == scored.sha256


def test_another_recipe_is_refused(made, shapes, tmp_path, capsys):
    asked = ["check", str(made), "--html", str(tmp_path / "page.html"), "--recipe", str(shapes)]
    assert main(asked) == 1
    assert "was not made from" in capsys.readouterr().err


def test_each_usual_check_that_is_absent_is_there_with_its_reason(made, tmp_path):
    page = tmp_path / "page.html"
    main(["check", str(made), "--html", str(page)])
    text = page.read_text()
    assert "the recipe chooses other checks" in text  # it names three
    assert "the cut-offs, such as 0.5, from which one counts as failed are ours" in text


def absent(made, explainer, recipe, names=()):
    from explainers.checks.page.absent import Absent

    found = bundle.read(made)
    (entry,) = [entry for entry in found.manifest.explainers if entry.name == explainer]
    manifest = found.manifest.model_copy(update={"recipe": recipe})
    return dict(Absent(replace(found, manifest=manifest), entry, "net", frozenset(names)).checks())


def test_reasons_follow_from_recipe_and_kind_of_explanation(made):
    twin = {"models": [{"name": "net", "permuted": "twin.safetensors"}]}
    without = absent(made, "saliency", {"models": [{"name": "net"}]}, ["sparsity", "deletion-auc"])
    assert without["label-randomisation"] == (
        "not possible, the recipe names no model trained on permuted labels"
    )
    assert without["edge-similarity"] == "pictures only"
    assert {"sparsity", "deletion-insertion"}.isdisjoint(without)
    assert "permuted labels" in absent(made, "saliency", twin)["label-randomisation"]
    assert "names no model" not in absent(made, "saliency", twin)["label-randomisation"]
    assert absent(made, "nearest-examples", twin)["infidelity"] == "it gives no map of what mattered"
    assert "explanations or more, and there are 7" in absent(made, "saliency", twin)["leakage"]
    foreign = absent(made, "saliency", {})
    assert (
        foreign["sparsity"] == "it needs the model, and the bundle does not tell the recipe that leads to it"
    )
    assert "check BUNDLE --out NEW" in foreign["size"]


@pytest.mark.parametrize(
    "name",
    ["cascading-randomisation", "cascading-randomisation by hand", "independent-randomisation a b c d"],
)
def test_checks_by_other_names_are_told_as_they_are(made, tmp_path, name):
    from explainers.checks.page.write import Twins, write_page

    found = bundle.read(made)
    check = found.manifest.checks[0].model_copy(update={"name": name, "explainer": "saliency"})
    manifest = found.manifest.model_copy(update={"checks": (*found.manifest.checks, check)})
    write_page(replace(found, manifest=manifest), tmp_path / "page.html", Twins({}, "Not here."))
    assert name.replace("-", " ").capitalize() in (tmp_path / "page.html").read_text()


def test_failed_checks_are_told_line_by_line_and_the_bundle_is_sound(made, capsys):
    assert main(["check", str(made)]) == 0
    out = capsys.readouterr().out
    assert "is sound" in out
    assert "Look out: parameter-randomisation of pictures-own/net is 1. It hardly changes" in out


def test_a_recipe_beside_the_bundle_that_does_not_make_it_leaves_a_page_without_twins(made, tmp_path, capsys):
    folder = shutil.copytree(made.parent, tmp_path / "changed")
    recipe = folder / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("An ant", "A bee").replace("Some noise", "Other noise"))
    assert main(["check", str(folder / "bundle"), "--html", str(tmp_path / "page.html")]) == 0
    assert "the recipe beside the bundle does not make it" in (tmp_path / "page.html").read_text()
    assert "was not made from" in capsys.readouterr().err


def test_each_explainer_has_one_line_first_with_the_three_verdicts(made, tmp_path):
    page = tmp_path / "page.html"
    main(["check", str(made), "--html", str(page)])
    text = page.read_text()
    summary = text[text.index("<nav") : text.index("</nav>")]
    rows = summary.split("<tr>")[2:]
    assert len(rows) == len(bundle.read(made).manifest.explainers)
    assert "Look out:</b> hardly depends on what was learned" in rows[0]  # the picture itself
    assert any("Cannot be told</b> from so few items" in row for row in rows)
    assert any("passed." in row for row in rows)


def check_of(made, **changes):
    return bundle.read(made).manifest.checks[0].model_copy(update=changes)


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        (
            {"verdict": "unclear", "passed": False, "items": 7},
            "unclear",
            "Does it stay when the input changes by as little as nobody would notice? Cannot be told from 7 items.",
        ),
        ({"verdict": "fails", "passed": False}, "fails", "A change of the input that nobody would notice"),
        ({"verdict": "passes", "passed": True, "items": 7}, "passes", ""),
        ({"verdict": None, "passed": True, "items": 7}, "", ""),  # a placebo
        ({"verdict": None, "passed": True, "items": None}, "passes", ""),  # an older bundle
        ({"verdict": None, "passed": False, "items": None}, "fails", "A change of the input that nobody"),
        ({"name": "sparsity", "verdict": None, "passed": True, "items": None}, "", ""),
        ({"name": "by hand", "verdict": None, "passed": True, "items": None}, "passes", ""),
        (
            {"name": "by hand", "verdict": "unclear", "items": 1},
            "unclear",
            "“by hand”? Cannot be told from one item",
        ),
        ({"name": "by hand", "verdict": "unclear", "items": None}, "unclear", "told from so few items."),
    ],
)
def test_an_outcome_in_plain_words(made, changes, outcome, words):
    from explainers.checks import plain

    check = check_of(made, **({"name": "max-sensitivity"} | changes))
    assert plain.outcome(check) == outcome
    assert words in plain.told(check)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.12345, 0.1, 0.2, "0.123 (95 %: 0.1 to 0.2)"),
        (-0.02, -0.05, 0.0, "−0.02 (95 %: −0.05 to 0)"),
        (12345.6, None, None, "12346"),
        (0.00001, None, None, "0.0000"),
    ],
)
def test_values_are_told_with_their_interval_in_three_digits(made, value, low, high, text):
    from explainers.checks.plain import measured

    assert measured(check_of(made, value=value, low=low, high=high)) == text


def test_reasons_are_told_once_with_all_that_they_hold_for():
    from explainers.checks.page.absent import together

    lime = [("sparsity", "r"), ("size", "r"), ("leakage", "s")]
    found = together([("lime", "a", lime), ("lime", "b", lime[:1]), ("tree", "a", lime[2:])])
    assert found == [
        ("lime", "r", ["sparsity"]),
        ("lime (a)", "r", ["size"]),
        ("lime (a), tree", "s", ["leakage"]),
    ]
    assert together([("lime", "a", lime[:1]), ("tree", "a", lime[:1])]) == [
        ("all explainers", "r", ["sparsity"])
    ]


def test_infidelity_says_that_a_map_has_no_sign(made):
    recipe = {"models": [{"name": "net"}]}
    without = absent(made, "saliency", recipe, ["deletion-auc"])
    assert "its maps have no sign" in without["infidelity"]
    assert "no item has parts" in absent(made, "saliency", recipe, ["sparsity"])["infidelity"]
