"""The page about recipes: it names every key and default there is, and its two examples work."""

import dataclasses
import json
import pkgutil
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from explainers.commands.running import main
from explainers.data.table_columns import Column, Condition
from explainers.draws import shuffled
from explainers.recipe import schema
from explainers.registry import DRAWERS, ITEM_MAKERS, READERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "recipe.md").read_text(encoding="utf-8")
KEYS = {
    "recipe": schema.Recipe,
    "dataset": schema.Dataset,
    "models": schema.Model,
    "models: training": schema.Training,
    "models: variation": schema.Variation,
    "items": schema.Items,
    "items: pools": schema.Pool,
    "items: makers": schema.ItemUse,
    "explainers": schema.ExplainerUse,
    "rendering": schema.Rendering,
    "checks": schema.CheckUse,
    "budget": schema.Budget,
}
OF_TABLES = {"table-csv: fields": Column, "table-csv: keep, shifted": Condition}


def sections(title):
    """By their names, the parts of a chapter, each as key → default."""
    chapter = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE).group(1)
    parts = re.split(r"^### (.+)\n", chapter, flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
    return {name: dict(row.findall(text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def shown(value):
    if value is dataclasses.MISSING:
        return "needed"
    return f"`{json.dumps({} if isinstance(value, schema.Part) else value)}`"


def of_schema(part):
    fields = part.model_fields.items()
    return {
        name: "needed" if field.is_required() else shown(field.get_default(call_default_factory=True))
        for name, field in fields
    }


def of_class(made):
    fields = [field for field in dataclasses.fields(made) if field.init]
    made_by = {field.name: field.default_factory for field in fields}
    return {
        field.name: shown(
            field.default if made_by[field.name] is dataclasses.MISSING else made_by[field.name]()
        )
        for field in fields
    }


def of_registry(names):
    return {name: of_class(pkgutil.resolve_name(place)) for name, place in names.items()}


def test_every_part_of_the_schema_is_on_the_page():
    parts = {
        one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, schema.BaseModel)
    }
    assert parts - {schema.BaseModel, schema.Part, schema.Origin} == set(KEYS.values())


def test_every_key_is_on_the_page_with_its_default():
    assert sections("Keys") == {name: of_schema(part) for name, part in KEYS.items()}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "Readers",
            lambda: of_registry(READERS) | {name: of_class(made) for name, made in OF_TABLES.items()},
        ),
        ("Drawers", lambda: of_registry(DRAWERS)),
        ("Makers of items", lambda: of_registry(ITEM_MAKERS)),
    ],
)
def test_every_parameter_is_on_the_page_with_its_default(title, expected):
    assert sections(title) == expected()


def block(kind, has):
    return next(one for one in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if has in one)


def loans():
    """Rows on which the score of the example is often right and sometimes wrong."""
    for n in range(60):
        income, debts, home = 10 + 7 * n % 60, n % 5, n % 2
        repaid = (income - 4 * debts + 4 * home > 30) ^ (n % 3 == 0)
        yield f"{income},{debts},{'own' if home else 'rent'},{int(repaid)}"


def letters():
    """Texts whose words tell their label, but for one in five."""
    said = {"praise": "I love it, thanks", "question": "where is my order", "complaint": "it broke again"}
    for n in range(40):
        for place, (label, text) in enumerate(said.items()):
            told = label if shuffled(range(5), n, place)[0] else list(said)[place - 1]
            yield f'"{text}, number {n}",{told}'


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in a folder of its own, from which code beside the recipe is loaded anew."""

    def command(*arguments):
        status = main(arguments)
        told = capsys.readouterr()
        assert status == 0, told.out + told.err
        return told.out

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    sys.modules.pop("my_models", None)
    yield command
    sys.modules.pop("my_models", None)


def test_a_table_and_a_model_of_ones_own(tmp_path, run):
    (tmp_path / "my_models.py").write_text(block("python", "class Score"), encoding="utf-8")
    (tmp_path / "recipe.yaml").write_text(block("yaml", "reader: table-csv"), encoding="utf-8")
    rows = ["income,debts,home,repaid", *loans()]
    (tmp_path / "loans.csv").write_text("\n".join(rows), encoding="utf-8")
    run("train", "recipe.yaml")
    assert not list(tmp_path.glob("*.safetensors"))
    assert "written" in run("prepare", "recipe.yaml", "--out", "bundle", "--processes", "1")
    assert "bundle is sound" in run("check", "bundle", "--html", "checks.html")


def test_texts_of_ones_own_and_a_bundled_architecture(tmp_path, run):
    (tmp_path / "recipe.yaml").write_text(block("yaml", "reader: text-csv"), encoding="utf-8")
    (tmp_path / "letters.csv").write_text("\n".join(["message,kind", *letters()]), encoding="utf-8")
    assert "wrote words.safetensors" in run("train", "recipe.yaml")
    assert "written" in run("prepare", "recipe.yaml", "--out", "bundle", "--processes", "1")
    assert "bundle is sound" in run("check", "bundle", "--html", "checks.html")
