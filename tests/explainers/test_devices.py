import pytest

from explainers.registry import EXPLAINERS
from tests.explainers.contract_cases import built, kinds_of, prepared

torch = pytest.importorskip("torch")
EACH = [(name, kind) for name in EXPLAINERS for kind in kinds_of(name)]


def questions_of(explainer, context):
    from explainers.base import Question

    return [Question(case, seed=3) for case in context.cases if case.kind in explainer.item_kinds]


@pytest.mark.parametrize(("name", "kind"), EACH)
def test_dev(name, kind, request):
    from tests.explainers.pretended_device import moved, pretended

    given = request.getfixturevalue({"image": "shape_context"}.get(kind, f"{kind}_context"))
    context, explainer = prepared(name, kind, given), built(name, kind)
    here = list(explainer.explain(questions_of(explainer, context), context))
    with pretended():
        there = moved(context)
        assert list(explainer.explain(questions_of(explainer, there), there)) == here
