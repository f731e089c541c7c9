import pytest

from explainers.errors import RecipeError
from explainers.recipe import read_recipe
from explainers.recipe.reading import where
from tests.explainers.conftest import DIGITS, RECIPE


def test_defaults_are_filled_in(tmp_path):
    (tmp_path / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    recipe = read_recipe(tmp_path / "recipe.yaml")
    assert recipe.explainers[0].method == "saliency"
    assert recipe.explainers[0].targets == ("predicted",)
    assert recipe.models[0].training.batch == 16
    assert recipe.precision == "double"


def test_the_digits_recipe_reads():
    recipe = read_recipe(DIGITS / "recipe.yaml")
    assert [use.name for use in recipe.explainers] == [
        *("saliency", "grad-cam", "nearest-examples", "integrated-gradients", "prototypes"),
        *("counterfactual-path", "placebo-saliency"),
    ]
    assert recipe.checks is None  # the standard ones


FAULTS = [
    (
        "  - name: saliency\n",
        "  - name: saliancy\n",
        'line 25: "explainers[0].method": No explainer is called "saliancy". Known ones: abstention, anchors, ',
    ),
    ("name: shapes", "nome: shapes", 'line 1: "name" is missing.'),
    (
        "name: shapes",
        "nome: shapes",
        'line 2: "nome" is not a field of a recipe. Allowed here: budget, checks,',
    ),
    (
        "    card: net.json",
        "    cart: net.json",
        'line 16: "models[0].cart" is not a field of a recipe. Allowed here: accuracy_at_least, arch',
    ),
    ("schema_version: 1", "schema_version: 2", 'line 1: "schema_version" is 2: input should be 1.'),
    (
        "right: 1, wrong: 2",
        "right: -1, wrong: 2",
        'line 23: "items.pools.learning.right" is -1: input should be',
    ),
    ("  - name: grad-cam", "  - name: saliency", 'two explainers are called "saliency"'),
    (
        "    seed: 9",
        "    targets: [class:dog]",
        'explainer "placebo-saliency" names target "class:dog". Known ones: predicted, runner-up, truth, ',
    ),
    ("labels: [ant, bee, cow]", "labels: [ant, bee", "line 10: is not readable as YAML: "),
    ("  seed: 5", "  seed: 5\n  seed: 6", "line 21: is not readable as YAML: found duplicate key"),
    (
        "  - name: model-accuracy\n",
        "  - model-accuracy\n",
        "Allowed: a mapping, as {key: value}. Its keys: name, parameters. Here perhaps: {name: model-accuracy}.",
    ),
    (
        "name: model-accuracy",
        "name: size",
        'line 39: "checks[0].name": "size" is measured of every bundle and',
    ),
    (
        "  seed: 5",
        "  seed: 5\n  right_for: nut",
        'line 21: items.right_for names model "nut". Known ones: net.',
    ),
    (
        "    seed: 9",
        "    models: [nut]",
        'line 30: explainer "placebo-saliency" names model "nut". Known ones: net.',
    ),
    ("  - name: grad-cam", "  - name: saliency", 'line 26: two explainers are called "saliency"'),
    ("bee, cow]", "bee, ant]", 'line 9: two labels are called "ant"'),
    ("    card: net.json\n", "", 'line 15: "models[0]": names weights but no `card`'),
    (
        "labels: [ant,",
        "labels: [1,",
        'line 9: "dataset.labels[0]" is 1. Allowed: text; a number, true or false in',
    ),
    ("epochs: 2", "epochs: 0", 'line 17: "models[0].training.epochs" is 0: input should be greater'),
    (
        "- name: placebo-saliency",
        "- name: my placebo",
        "is 'my placebo'. Allowed: letters, digits and . _ + -,",
    ),
    ("drawer: image", "drawer: picture", 'No drawer is called "picture". Known ones: image, table, text.'),
]


@pytest.mark.parametrize(("right", "wrong", "message"), FAULTS)
def test_every_fault_names_file_line_and_what_is_allowed(tmp_path, right, wrong, message):
    path = tmp_path / "recipe.yaml"
    assert right in RECIPE
    path.write_text(RECIPE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    assert message in str(caught.value)
    assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())


def test_all_faults_are_told_from_top_to_bottom(tmp_path):
    path = tmp_path / "recipe.yaml"
    text = RECIPE.replace("    seed: 9", "    models: [nut]\n    targets: [none, x]").replace("cow]", "ant]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    places = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert places == [f"{path}, line {number}" for number in (9, 30, 31)]


def test_what_follows_from_another_fault_is_left_out(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE.replace("epochs: 2", "epochs: 0"), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    assert len(str(caught.value).splitlines()) == 1


def test_an_entry_of_a_list_is_found_by_its_name(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    assert where(path, "models", "net", "weights").endswith("line 15")
    assert where(path, "explainers", "placebo-saliency", "seed").endswith("line 30")
    assert where(path, "models", "none").endswith("line 10")


def test_a_recipe_that_is_missing_or_not_text_is_told(tmp_path):
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        read_recipe(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"name: \xff")
    with pytest.raises(RecipeError, match="is not UTF-8"):
        read_recipe(tmp_path / "bytes.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(RecipeError, match="is not a mapping"):
        read_recipe(tmp_path / "list.yaml")
