import ast
import inspect
from pathlib import Path

import pytest

from explainers import registry
from explainers.errors import BadParameters, UnknownName
from explainers.listing import summaries


def test_the_registries_are_literals_that_anyone_can_read():
    tree = ast.parse(Path(inspect.getfile(registry)).read_text(encoding="utf-8"))
    literals = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    }
    assert literals["EXPLAINERS"] == registry.EXPLAINERS
    assert literals["CHECKS"] == registry.CHECKS


def test_an_unknown_explainer_is_told_with_the_known_ones():
    with pytest.raises(UnknownName) as caught:
        registry.get_explainer("saliancy")
    known = ", ".join(sorted(registry.EXPLAINERS))
    assert str(caught.value) == f'No explainer is called "saliancy". Known ones: {known}.'
    assert "grad-cam, gradient-x-input" in known


def test_an_unknown_parameter_is_told_with_the_known_ones():
    pytest.importorskip("torch")
    with pytest.raises(BadParameters, match=r'has no parameter "k". Known ones: count, layer'):
        registry.get_explainer("nearest-examples", {"k": 3})


def test_a_parameter_of_the_wrong_kind_is_told():
    pytest.importorskip("torch")
    with pytest.raises(BadParameters, match=r'parameter "count" is \'many\''):
        registry.get_explainer("nearest-examples", {"layer": "relu3", "count": "many"})


def test_all_faults_of_parameters_are_told_at_once_and_a_missing_one_as_missing():
    pytest.importorskip("torch")
    with pytest.raises(BadParameters) as caught:
        registry.get_explainer("nearest-examples", {"k": 3, "count": "many"})
    assert str(caught.value).splitlines() == [
        'explainer "nearest-examples" has no parameter "k". Known ones: count, layer.',
        'explainer "nearest-examples": parameter "layer" is missing. Known ones: count, layer.',
        'explainer "nearest-examples", parameter "count" is \'many\'. Allowed: a whole number.',
    ]
    assert [one.steps for one in caught.value.wrong] == [("k",), ("layer",), ("count",)]


@pytest.mark.parametrize("kind", registry.KINDS)
def test_what_a_class_of_ones_own_inherits_is_what_the_registrys_classes_inherit(kind):
    pytest.importorskip("torch")
    import pkgutil

    base = pkgutil.resolve_name(registry.BASES[kind])
    assert all(issubclass(pkgutil.resolve_name(place), base) for place in registry.KINDS[kind].values())


@pytest.mark.parametrize("name", registry.EXPLAINERS)
def test_every_explainer_is_listed_with_a_summary(name):
    assert len(summaries(registry.EXPLAINERS)[name]) > 20


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_registered_name_leads_to_a_class(kind):
    pytest.importorskip("torch")
    import pkgutil

    for place in registry.KINDS[kind].values():
        assert inspect.isclass(pkgutil.resolve_name(place))
