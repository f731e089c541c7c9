import pytest

from explainers.errors import RecipeError
from explainers.recipe import read_recipe
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


def test_a_recipe_that_is_missing_or_not_text_is_told(tmp_path):
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        read_recipe(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"name: \xff")
    with pytest.raises(RecipeError, match="is not UTF-8"):
        read_recipe(tmp_path / "bytes.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(RecipeError, match="is not a mapping"):
        read_recipe(tmp_path / "list.yaml")
