"""Errors of other people's code: where they came from, and which of them are ours to tell."""

import pytest

from explainers.errors import BadParameters, DataError, ExplainersError, PlacedError, Wrong
from explainers.failures import about, failure
from explainers.recipe.placing import at

RECIPE = "models:\n  - name: net\n    parameters:\n      depth: 3\n"


def test_an_error_is_told_in_one_line_with_its_place_here():
    try:
        int("three\nfour")
    except ValueError as error:
        told = failure(error)
    assert told.startswith("ValueError: invalid literal for int() with base 10: 'three\\nfour' (")
    assert told.endswith("test_failures.py, line 14)")
    assert failure(KeyError()) == "KeyError: without a message (at a place that Python does not tell)"
    assert len(failure(ValueError("x" * 1000))) < 500


def test_our_errors_keep_their_kind_and_others_become_ours():
    with pytest.raises(DataError, match="^explainer a: no such row$"), about("explainer a"):
        raise DataError("no such row")
    with (
        pytest.raises(
            ExplainersError, match=r"^explainer a: ZeroDivisionError: division by zero \("
        ) as caught,
        about("explainer a"),
    ):
        1 / 0  # noqa: B018
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_package_that_this_project_needs_is_told_by_the_command(tmp_path):
    for told in (about("a"), at(tmp_path, ())):
        with pytest.raises(ModuleNotFoundError), told:
            raise ModuleNotFoundError("No module named 'torch'", name="torch")


def test_each_fault_of_parameters_has_its_line_and_a_place_is_given_once(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    wrong = [Wrong(("depth",), "too deep."), Wrong((), "cannot be made.")]
    outer, inner = at(path, ("models",), "elsewhere"), at(path, ("models", "net"), 'model "net"')
    with pytest.raises(PlacedError) as caught, outer, inner:
        raise BadParameters("both", wrong)
    assert str(caught.value).splitlines() == [
        f'{path}, line 2: model "net": cannot be made.',
        f'{path}, line 4: model "net": too deep.',
    ]
