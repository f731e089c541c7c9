import json

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer
from tests.explainers.fitted import fitted

torch = pytest.importorskip("torch")


def test_its_tree_comes_with_how_well_it_follows_the_network(table_context):
    from explainers.base import Question

    context = fitted("tree-regularised", {"smallest_leaf": 3}, epochs=4)(table_context)
    explainer = get_explainer("tree-regularised", {"smallest_leaf": 3})
    ((shown,),) = explainer.explain([Question(context.cases[0])], context)
    tree = explainer.fitted(context).tree
    inputs = context.data.test.inputs
    same = (tree.outputs(inputs).argmax(1) == context.model(inputs).argmax(1)).double().mean()
    assert shown.checks["fidelity"] == pytest.approx(float(same), abs=1e-6)
    assert f"in {round(100 * float(same))} of 100 new cases" in json.loads(shown.content)["note"]


def test_a_network_without_the_penalty_is_refused(table_context):
    with pytest.raises(BadParameters, match="Allowed for it: surrogate-tree"):
        get_explainer("tree-regularised").fitted(table_context)
