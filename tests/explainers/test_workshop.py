"""What a recipe cannot ask of its explainers."""

import shutil

import pytest

from explainers.commands import main
from explainers.errors import BadParameters, RecipeError

torch = pytest.importorskip("torch")


SALIENCY = "  - name: saliency\n"
NO_ITEM = "has no item to explain. Pools that there are: test, learning"
NO_OUTPUT = 'has no output for target "none". Allowed here: predicted, runner-up, truth, class:ant'


@pytest.mark.parametrize(("more", "told"), [("pools: [tset]", NO_ITEM), ("targets: [none]", NO_OUTPUT)])
def test_what_cannot_be_explained_is_told(more, told, shapes, tmp_path, capsys):
    recipe = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace(SALIENCY, f"{SALIENCY}    {more}\n"))
    assert main(["prepare", str(recipe), "--out", str(tmp_path / "bundle")]) == 1
    assert told in capsys.readouterr().err


def test_a_truth_that_is_no_label_is_told_with_the_line(shapes, monkeypatch, tmp_path):
    from dataclasses import replace

    from explainers.workshop import workshop

    recipe = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    recipe.write_text(
        recipe.read_text().replace("  - name: saliency\n", "  - name: saliency\n    targets: [truth]\n")
    )
    cases = workshop.make_cases
    monkeypatch.setattr(
        workshop, "make_cases", lambda *given: tuple(replace(case, truth="") for case in cases(*given))
    )
    with pytest.raises(
        RecipeError, match=r"line 26: explainer .saliency. has target truth, but item .shape-"
    ):
        workshop.open_workshop(recipe)


def test_the_budget_is_told_first(shapes, tmp_path, capsys):
    assert main(["prepare", str(shapes), "--out", str(tmp_path / "bundle")]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("28 explanations, about ")
    assert "4 checks of up to 24 items, 6 layers and 10 draws each, about " in first


@pytest.mark.parametrize("target", ["none", "class:dog", "predictd"])
def test_a_target_that_means_no_output_is_refused(target, shape_context):
    with pytest.raises(
        BadParameters, match="Allowed here: predicted, runner-up, truth, class:ant, class:bee"
    ):
        shape_context.index_of(shape_context.cases[0], target)
