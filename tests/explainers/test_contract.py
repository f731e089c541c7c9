"""What every explainer promises."""

import pytest

from explainers.registry import EXPLAINERS, get_explainer

torch = pytest.importorskip("torch")
SETTINGS = {"nearest-examples": {"layer": "relu3"}}
MAPS = ["grad-cam", "saliency"]


def built(name):
    return get_explainer(name, SETTINGS.get(name))


@pytest.mark.parametrize("name", EXPLAINERS)
def test_every_explainer_tells_what_it_is(name, shape_context):
    explainer = built(name)
    assert explainer.name == name
    assert explainer.version
    assert len(explainer.source) > 20
    assert set(explainer.taxonomy) == {"stage", "scope", "access", "form"}
    assert explainer.taxonomy["stage"] in ("intrinsic", "post-hoc")
    assert explainer.taxonomy["scope"] in ("local", "global")
    assert explainer.taxonomy["access"] in ("model-agnostic", "model-specific")
    assert explainer.data_kinds
    assert explainer.reveals_output in ("yes", "partly", "no")
    assert explainer.normalisation(shape_context.drawer)
    assert "Source:" in type(explainer).__doc__


@pytest.mark.parametrize("name", EXPLAINERS)
def test_every_explainer_makes_the_parts_it_declares_and_leaves_no_trace(name, shape_context):
    from explainers.base import Question

    model = shape_context.model.train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    questions = [Question(case) for case in shape_context.cases]
    answers = list(built(name).explain(questions, shape_context))
    assert [[shown.part for shown in answer] for answer in answers] == [list(built(name).parts)] * len(
        questions
    )
    assert all(module.training for module in model.modules())
    assert all(weight.grad is None for weight in model.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in model.modules())
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


@pytest.mark.parametrize("name", EXPLAINERS)
def test_an_explanation_does_not_depend_on_which_others_are_asked(name, shape_context):
    from explainers.base import Question

    questions = [Question(case) for case in shape_context.cases]
    together = list(built(name).explain(questions, shape_context))
    alone = list(built(name).explain(questions[-1:], shape_context))
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
        for answer in built(name).explain([Question(case) for case in shape_context.cases], shape_context)
        for part in answer
    ]
    assert {part.caption for part in shown} == {"What mattered most"}
    assert {part.alt for part in shown} == {"The same noise with colours"}
