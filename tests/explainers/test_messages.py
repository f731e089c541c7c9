"""What a slip in a recipe says: where it is, about whom, what is allowed; and never a traceback."""

import shutil
import sys

import pytest

pytest.importorskip("torch")

from explainers.commands import main
from tests.explainers.test_recipe_page import block, loans

SHAP = "  - name: kernel-shap\n    seed: 3\n"
POOLS = "pools: {test: {right: 4, wrong: 4}, practice: {right: 1, wrong: 1}}"
OWN = "my_models:Score # no weights, no card: it brings its own\n    parameters: {per_debt: 4.0}"
MODEL = block("python", "class Score")
EXPLAINER = """
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from explainers.base import Explainer, Shown
from explainers.rendering import parts


@dataclass(frozen=True)
class Mine(Explainer):
    name: ClassVar[str] = "mine"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = "nobody"
    taxonomy: ClassVar[Mapping] = {"stage": "post-hoc", "scope": "local", "access": "model-agnostic", "form": "words"}
    data_kinds: ClassVar[tuple] = ("table",)
    reveals_output: ClassVar[str] = "no"
    parts = ("text",)

    def normalisation(self, drawer):
        return "none"

    def explain(self, questions, context):
        for number, question in enumerate(questions):
            yield (Shown("text", parts.text("Because."), "Why", "Why"),)
"""
MINE = "  - name: mine\n    method: my_explainers:Mine\n"


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """What `prepare` says of the loans of docs/recipe.md with some of its texts changed."""
    (tmp_path / "my_models.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "my_explainers.py").write_text(EXPLAINER, encoding="utf-8")
    (tmp_path / "loans.csv").write_text("\n".join(["income,debts,home,repaid", *loans()]), encoding="utf-8")
    recipe = block("yaml", "reader: table-csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for module in ("my_models", "my_explainers"):
        sys.modules.pop(module, None)

    def prepared(*changes, code=(), command="prepare"):
        text = recipe
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "recipe.yaml").write_text(text, encoding="utf-8")
        for file, old, new in code:
            source = (tmp_path / file).read_text(encoding="utf-8")
            assert old in source
            (tmp_path / file).write_text(source.replace(old, new, 1), encoding="utf-8")
        more = ("--out", "bundle", "--processes", "1") if command == "prepare" else ()
        assert main([command, "recipe.yaml", *more]) == 1
        return [line for line in capsys.readouterr().err.splitlines() if "explanation" not in line[:40]]

    yield prepared
    for module in ("my_models", "my_explainers"):
        sys.modules.pop(module, None)


def line_of(text, changed=()):
    recipe = block("yaml", "reader: table-csv")
    for old, new in changed:
        recipe = recipe.replace(old, new, 1)
    return next(number for number, line in enumerate(recipe.splitlines(), 1) if text in line)


SLIPS = [
    (
        (SHAP, "  - name: saliency\n"),
        "name: saliency",
        'explainer "saliency", model "score", item "loan-00009": This model has no gradients. Allowed here: ',
    ),
    (
        ("my_models:Score", "my_modles:Score"),
        "architecture:",
        'architecture "my_modles:Score" cannot be loaded: there is no module my_modles beside the recipe (in ',
    ),
    (
        ("my_models:Score", "my_models:Scor"),
        "architecture:",
        'architecture "my_models:Scor" cannot be loaded: my_models.py has no "Scor". Its classes: Score.',
    ),
    (
        (SHAP, "  - name: mine\n    method: my_models:Score\n"),
        "name: mine",
        'explainer "my_models:Score" is no explainer. Allowed: a class that inherits explainers.base.Explainer.',
    ),
    (
        (SHAP, "  - name: nearest-examples\n    parameters: {count: 2}\n"),
        "{count: 2}",
        'explainer "nearest-examples": parameter "layer" is missing. Known ones: count, layer.',
    ),
    (
        ("    seed: 1\n", "    seed: 1\n    heldout: 0.2\n"),
        "heldout",
        'reader "table-csv" has no parameter "heldout". Known ones: decimals, fields, held_out,',
    ),
    (
        ("    seed: 1\n", "    seed: 1\n    held_out: 2\n"),
        "held_out",
        "held_out is 2.0. Allowed: a share between 0 and 1.",
    ),
    (
        ("column: debts", "colunm: debts"),
        "colunm",
        'reader "table-csv": parameter "fields[1].column" is missing. Known ones: column, decimals,',
    ),
    (
        ('"1": "Yes"', '"1": "Yeah"'),
        "Yeah",
        'reader "table-csv": truth_labels names "Yeah". The labels: No, Yes.',
    ),
    (
        ('{"0": "No",', '{0: "No",'),
        "{0:",
        'reader "table-csv", parameter "truth_labels[0]" is 0. Allowed: text; a number, true or false in quotes.',
    ),
    (
        ("column: debts", "column: dets"),
        "file: loans.csv",
        'reader "table-csv": loans.csv has no column "dets". Its columns: income, debts, home, repaid.',
    ),
    (
        ("drawer: table", "drawer: image"),
        "drawer: image",
        'drawer "image" draws data of kind image; these are of kind table. Allowed: a drawer of that kind.',
    ),
    (
        (SHAP, "  - name: grad-cam\n    parameters: {layer: a}\n"),
        "name: grad-cam",
        'explainer "grad-cam" cannot explain data of kind table. Allowed: image.',
    ),
    (
        (POOLS, "makers: [{maker: adversarial}]"),
        "maker: adversarial",
        'maker "adversarial": adversarial needs pictures with labels; the data are of kind table.',
    ),
    (
        (POOLS, "makers: [{maker: nonsense, parameters: {cuont: 3}}]"),
        "cuont",
        'maker "nonsense" has no parameter "cuont". Known ones: count, how, pool.',
    ),
    (
        (OWN, "mlp\n    weights: x\n    card: y"),
        "weights: x",
        'model "score": x is missing. `python -m explainers train RECIPE` makes it.',
    ),
    (
        (OWN, "bag-of-words"),
        "name: score",
        'model "score": This model reads texts; the data are of kind table, without a vocabulary.',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "message"), SLIPS)
def test_a_slip_is_told_with_the_line_of_its_value(change, line, message, told):
    assert told(change)[0].startswith(f"recipe.yaml, line {line_of(line, [change])}: {message}")


def test_slips_of_several_explainers_are_told_together(told):
    change = (
        SHAP,
        "  - {name: lime, parameters: {smaples: 3}}\n  - {name: anchors, parameters: {detla: 0.1}}\n",
    )
    first, second, *_ = told(change)
    assert first.startswith(f"recipe.yaml, line {line_of('smaples', [change])}: ")
    assert 'explainer "lime" has no parameter "smaples"' in first
    assert second.startswith(f"recipe.yaml, line {line_of('detla', [change])}: ")
    assert 'explainer "anchors" has no parameter "detla"' in second


CODE = [
    (
        ("my_models.py", "points = ", "points = undefined + "),
        "shape (18, 3), float64: NameError: name 'undefined' is not defined (my_models.py, line 22)",
    ),
    (
        ("my_models.py", "return CallableModel", "data.colums\n        return CallableModel"),
        "model \"score\": AttributeError: 'Data' object has no attribute 'colums' (my_models.py, line 18).",
    ),
    (
        ("my_models.py", "def build(self", "def build self"),
        "cannot be loaded: SyntaxError: unmatched ')' (my_models.py, line 17)",
    ),
    (
        ("my_models.py", "import numpy as np", "import numpie as np"),
        "cannot be loaded: ModuleNotFoundError: No module named 'numpie' (my_models.py, line 4).",
    ),
    (
        ("my_models.py", "@dataclass(frozen=True)\n", ""),
        'architecture "my_models:Score" is no dataclass: its fields are its parameters.',
    ),
    (
        ("my_models.py", "def build", "def bild"),
        'architecture "my_models:Score" lacks build, which each class that inherits Architecture needs.',
    ),
    (
        ("my_models.py", "axis=1", "axis=0"),
        (
            'model "score": The model gave outputs of shape (2, 18) for 18 inputs. '
            "Allowed: (N, labels), one row for each input."
        ),
    ),
]


@pytest.mark.parametrize(("change", "message"), CODE)
def test_a_slip_in_a_model_of_ones_own_is_told_with_its_file_and_line(change, message, told):
    (first, *_) = told(code=[change])
    assert first.startswith("recipe.yaml, line ")
    assert message in first


ANSWER = '(Shown("text", parts.text("Because."), "Why", "Why"),)'
OF_EXPLAINERS = [
    ("yield (Sh", "1 / (2 - number)\n            yield (Sh", 'item "loan-00008": ZeroDivisionError: division by'),
    (ANSWER, ANSWER[1:-2], "it made a Shown. Allowed: a tuple of the parts text, as it declares."),
    ('Shown("text"', 'Shown("txt"', "it made parts txt. Allowed: a tuple of the parts text"),
    ('parts.text("Because.")', '"Because."', 'part "text" has content of type str. Allowed: bytes.'),
    ('parts.text("Because.")', 'b"Because."', 'part "text" is neither PNG, WebP nor readable JSON'),
    ('("table",)', '"table"', 'data_kinds is "table". Allowed: a tuple, as ("table",).'),
    ('"no"', '"perhaps"', "\"reveals_output\" is 'perhaps': input should be 'yes', 'partly' or 'no'."),
    (', "form": "words"', "", "taxonomy says stage, scope, access. Needed: stage, scope, access, form."),
    ('    version: ClassVar[str] = "1"\n', "", "lacks version, which each class that inherits Explainer needs."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), OF_EXPLAINERS)
def test_a_slip_in_an_explainer_of_ones_own_is_told(old, new, message, told):
    (first, *_) = told((SHAP, MINE), code=[("my_explainers.py", old, new)])
    assert first.startswith(f"recipe.yaml, line {line_of('name: mine', [(SHAP, MINE)])}: explainer ")
    assert message in first


def test_all_faults_of_a_drawer_are_told_at_once_each_with_its_line(told):
    change = (
        "    input_caption: The customer\n",
        "    input_caption: x\n    negative: no\n    cieling: 1\n    against: 3\n",
    )
    lines = told(change)
    assert [line.split(": ")[0] for line in lines] == [
        f"recipe.yaml, line {number}" for number in (44, 45, 46)
    ]
    change = (change[0], "    input_caption: x\n    ceiling_percentile: 101\n")
    assert told(change) == [
        "recipe.yaml, line 44: drawer table: ceiling_percentile is 101. Allowed: above 0, to 100."
    ]


def test_an_error_in_training_is_told_as_well(told):
    change = (
        "architecture: my_models:Score",
        "weights: m.safetensors\n    card: m.json\n    architecture: my_models:Score",
    )
    (first, *_) = told(
        change,
        code=[("my_models.py", "return CallableModel", "1 / 0\n        return CallableModel")],
        command="train",
    )
    place = "(my_models.py, line 18)"
    assert first == f'recipe.yaml, line 22: model "score": ZeroDivisionError: division by zero {place}.'


WEIGHTS = (
    "architecture: my_models:Score",
    "weights: m.st\n    card: m.json\n    architecture: my_models:Score",
)


def test_what_cannot_be_trained_is_told(told):
    (first, *_) = told(WEIGHTS, command="train")
    assert first.startswith(
        'recipe.yaml, line 22: model "score": This model has nothing that gradient descent could'
    )
    mlp, weights = (
        ("architecture: my_models:Score", "architecture: mlp"),
        ("parameters: {per_debt: 4.0}", "weights: m.st\n    card: m.json"),
    )
    huge = ("card: m.json", "card: m.json\n    training: {epochs: 1, learning_rate: 1.0e+30}")
    (*_, last) = told(mlp, weights, huge, command="train")
    assert (
        last
        == 'recipe.yaml, line 22: model "score": The model gave [nan, nan] for row 0. Allowed: finite numbers.'
    )
    gone = ("card: m.json", 'card: m.json\n    variation: {without_labels: ["No", "Yes"]}')
    (*_, last) = told(mlp, weights, gone, command="train")
    assert "variation leaves no training row. Allowed: to leave out fewer labels." in last


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("{}", '"card.description" is missing.'),
        ("[3]", "card.json is no model card (it is a list, not a mapping). Needed: a JSON file with a `desc"),
        (
            "",
            "card.json is no model card (Expecting value: line 1 column 1 (char 0)). Needed: a JSON file with",
        ),
    ],
)
def test_a_card_of_ones_own_that_is_none_is_told(card, message, told, tmp_path):
    (tmp_path / "card.json").write_text(card)
    (first, *_) = told(
        ("architecture: my_models:Score", "card: card.json\n    architecture: my_models:Score")
    )
    assert first.startswith(f'recipe.yaml, line 24: model "score": {message}')


def test_the_code_that_raised_an_error_is_shown_on_demand(shapes, tmp_path):
    from explainers.errors import RecipeError

    with pytest.raises(RecipeError, match="cannot be read"):
        main(["--traceback", "prepare", str(tmp_path / "none.yaml"), "--out", str(tmp_path / "bundle")])


def test_a_file_that_cannot_be_written_is_told(shapes, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["prepare", str(shapes), "--out", str(tmp_path / "file" / "bundle")]) == 1
    assert (
        "cannot be made: Not a directory. Allowed: --out in a folder that can be" in capsys.readouterr().err
    )


def test_weights_go_into_a_folder_that_is_made(shapes, tmp_path, capsys):
    recipe = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    text = recipe.read_text().replace("net.safetensors", "made/net.safetensors")
    recipe.write_text(text.replace("net.json", "made/net.json"))
    assert main(["train", str(recipe)]) == 0
    assert (recipe.parent / "made" / "net.json").is_file()


def test_a_layer_that_is_not_there_is_told_with_line_explainer_and_model(shapes, tmp_path, capsys):
    recipe = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("layer: relu3", "layer: relu9"))
    assert main(["prepare", str(recipe), "--out", str(tmp_path / "bundle")]) == 1
    who = f'{recipe}, line 27: explainer "nearest-examples", model "net", item "shape-'
    assert capsys.readouterr().err.splitlines()[0].startswith(who)


def test_the_gallery_takes_names_with_commas_and_again(capsys, tmp_path):
    from explainers.commands.running import parser

    given = ["gallery", "--out", "x", "--only", "saliency,lime", "rise", "--only", "anchors"]
    assert [one for few in parser().parse_args(given).only for one in few] == [
        *("saliency", "lime", "rise", "anchors"),
    ]
    assert main(["gallery", "--out", str(tmp_path / "out"), "--only", "saliency,limme"]) == 1
    assert 'No explainer is called "limme". Known ones: abstention, ' in capsys.readouterr().err
