"""What every explainer promises."""

import pytest

from explainers.bundle.contents import content_of
from explainers.registry import EXPLAINERS, get_explainer
from tests.explainers.contract_cases import built, kinds_of, prepared

torch = pytest.importorskip("torch")
MAPS = ["grad-cam", "saliency"]
EACH = [(name, kind) for name in EXPLAINERS for kind in kinds_of(name)]
every_explainer_on_every_kind = pytest.mark.parametrize(("name", "kind"), EACH)


@pytest.fixture
def context_of(request):
    def found(name, kind):
        context = request.getfixturevalue({"image": "shape_context"}.get(kind, f"{kind}_context"))
        return prepared(name, kind, context)

    return found


def questions_of(explainer, context):
    from explainers.base import Question

    return [Question(case, seed=3) for case in context.cases if case.kind in explainer.item_kinds]


@every_explainer_on_every_kind
def test_every_explainer_tells_what_it_is(name, kind, context_of):
    explainer = built(name, kind)
    assert explainer.name == name
    assert explainer.version
    assert len(explainer.source) > 20
    assert set(explainer.taxonomy) == {"stage", "scope", "access", "form"}
    assert explainer.taxonomy["stage"] in ("intrinsic", "post-hoc")
    assert explainer.taxonomy["scope"] in ("local", "global")
    assert explainer.taxonomy["access"] in ("model-agnostic", "model-specific")
    assert set(explainer.data_kinds) <= {"image", "table", "text"}
    assert explainer.reveals_output in ("yes", "partly", "no")
    assert explainer.normalisation(context_of(name, kind).drawer)
    assert "Source:" in type(explainer).__doc__


@every_explainer_on_every_kind
def test_every_explainer_makes_the_parts_it_declares_and_leaves_no_trace(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    model = context.model.train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    questions = questions_of(explainer, context)
    answers = list(explainer.explain(questions, context))
    assert questions
    assert [[shown.part for shown in answer] for answer in answers] == [list(explainer.parts)] * len(
        questions
    )
    assert all(module.training for module in model.modules())
    assert all(weight.grad is None for weight in model.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in model.modules())
    assert not any(module._forward_pre_hooks or module._backward_pre_hooks for module in model.modules())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


@every_explainer_on_every_kind
def test_what_every_explainer_shows_can_be_read(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    for answer in explainer.explain(questions_of(explainer, context), context):
        for shown in answer:
            assert content_of(shown.content).media_type in ("image/png", "application/json")
            assert shown.alt
            assert all(isinstance(value, float | int) for value in shown.checks.values())


@every_explainer_on_every_kind
def test_an_explanation_is_the_same_again_and_whichever_others_are_asked(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    questions = questions_of(explainer, context)
    together = list(explainer.explain(questions, context))
    torch.manual_seed(99)  # nothing may hang on the state of torch's own generator
    alone = list(explainer.explain(questions[-1:], context))
    assert alone == together[-1:]


@pytest.mark.parametrize("name", MAPS)
def test_every_map_has_the_inputs_shape_and_is_not_below_zero(name, tiny_net):
    inputs = torch.rand(2, 3, 4, 4)
    relevance = get_explainer(name).attribute(tiny_net, inputs, torch.tensor([0, 2]))
    assert relevance.shape == inputs.shape
    assert relevance.isfinite().all()
    assert relevance.min() >= 0
    assert tiny_net.training
    assert all(weight.grad is None for weight in tiny_net.parameters())


@pytest.mark.parametrize("name", MAPS)
def test_a_row_of_a_batch_gets_the_map_it_gets_alone(name, tiny_net):
    inputs, targets = torch.rand(3, 3, 4, 4), torch.tensor([0, 2, 1])
    together = get_explainer(name).attribute(tiny_net, inputs, targets)
    alone = get_explainer(name).attribute(tiny_net, inputs[1:2], targets[1:2])
    assert torch.allclose(together[1:2], alone, atol=1e-6)


def test_all_maps_come_with_one_caption_and_one_alternative_text(shape_context):
    from explainers.base import Question

    shown = [
        part
        for name in ("saliency", "grad-cam", "placebo-saliency")
        for answer in built(name, "image").explain(
            [Question(case) for case in shape_context.cases], shape_context
        )
        for part in answer
    ]
    assert {part.caption for part in shown} == {"What mattered most"}
    assert {part.alt for part in shown} == {"The same noise with colours"}
