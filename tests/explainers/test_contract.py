"""What every explainer promises."""

import inspect
from copy import deepcopy
from dataclasses import replace

import pytest

from explainers.bundle.contents import content_of
from explainers.errors import BadParameters, ExplainersError
from explainers.registry import EXPLAINERS, get_explainer
from tests.explainers.contract_cases import (
    built,
    class_of,
    kinds_of,
    prepared,
    settings_of,
    without_gradients,
)

torch = pytest.importorskip("torch")
from explainers.base import MapExplainer  # noqa: E402

KINDS = ("image", "table", "text")
EACH = [(name, kind) for name in EXPLAINERS for kind in kinds_of(name)]
EACH_MAP = [(name, kind) for name, kind in EACH if issubclass(class_of(name), MapExplainer)]
EACH_WITH_A_LAYER = [
    (name, kind) for name, kind in EACH if "layer" in inspect.signature(class_of(name)).parameters
]
ABOUT_AN_OUTPUT = ("concept-activation-vectors", "concept-bottleneck", "placebo-saliency", "rationale")
WRAPPING = ("composite", "other-item")  # as what they are made of
WITHOUT_A_TARGET = [one for one in EACH if one not in EACH_MAP and one[0] not in ABOUT_AN_OUTPUT + WRAPPING]
NOT_SERVED = [(name, kind) for name in EXPLAINERS for kind in KINDS if kind not in kinds_of(name)]
WITHOUT_SIGNS = ("attention-map", "edge-detector", "grad-cam", "saliency", "smooth-grad")
BY_THEMSELVES = ("edge-detector", "grad-cam", "guided-grad-cam", "saliency")  # pictures, from the model alone
OF_GRADIENTS = ("concept-activation-vectors", "extremal-perturbation", "placebo-saliency")
OF_SOME_MODELS = ("concept-bottleneck", "nearest-neighbours", "cell-colouring")
REFUSING = [
    (name, kind)
    for name, kind in EACH
    if ".gradients." in EXPLAINERS[name]
    or ".intrinsic." in EXPLAINERS[name]
    or name in OF_GRADIENTS + OF_SOME_MODELS
    if (name, kind) != ("feature-values", "table")  # they are there whatever the model
]
every_explainer_on_every_kind = pytest.mark.parametrize(("name", "kind"), EACH)
every_map_on_every_kind = pytest.mark.parametrize(("name", "kind"), EACH_MAP)


def a_clear_error():
    return pytest.raises(ExplainersError, match=r"Allowed|Known ones")


@pytest.fixture(scope="module")
def known():
    """Contexts that are made already, by kind and by explainer and kind."""
    return {}


@pytest.fixture
def of_kind(request, known):
    def found(kind):
        if kind not in known:
            known[kind] = request.getfixturevalue({"image": "shape_context"}.get(kind, f"{kind}_context"))
        return replace(known[kind], model=deepcopy(known[kind].model))

    return found


@pytest.fixture
def context_of(of_kind, known):
    def found(name, kind):
        if (name, kind) not in known:
            known[name, kind] = prepared(name, kind, of_kind(kind))
        context = known[name, kind]
        return replace(context, model=deepcopy(context.model))

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


@every_map_on_every_kind
def test_every_map_has_the_inputs_shape_and_is_the_same_again(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    for question in questions_of(explainer, context)[:2]:
        relevance = explainer.relevance_of(question, context)
        assert relevance.shape == question.case.input.shape
        assert relevance.isfinite().all()
        assert name not in WITHOUT_SIGNS or relevance.min() >= 0
        torch.manual_seed(98)
        assert torch.equal(explainer.relevance_of(question, context), relevance)


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_a_row_of_a_batch_gets_the_map_it_gets_alone(name, tiny_net):
    inputs, targets = torch.rand(3, 3, 4, 4), torch.tensor([0, 2, 1])
    together = get_explainer(name).attribute(tiny_net, inputs, targets)
    alone = get_explainer(name).attribute(tiny_net, inputs[1:2], targets[1:2])
    assert together.shape == inputs.shape
    assert torch.allclose(together[1:2], alone, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_all_maps_come_with_one_caption_and_one_alternative_text(kind, context_of):
    shown = [
        part
        for name, served in [*EACH_MAP, ("placebo-saliency", kind)]
        if served == kind
        for context in [context_of(name, kind)]
        for answer in built(name, kind).explain(questions_of(built(name, kind), context)[:1], context)
        for part in answer
    ]
    assert {part.caption for part in shown} == {"What mattered most"}
    assert len({part.alt for part in shown}) == 1


@every_map_on_every_kind
def test_a_map_of_no_output_is_refused(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    question = replace(questions_of(explainer, context)[0], target="none")
    with pytest.raises(BadParameters, match='no output for target "none". Allowed here: predicted'):
        explainer.relevance_of(question, context)


@pytest.mark.parametrize(("name", "kind"), WITHOUT_A_TARGET)
def test_what_is_about_no_output_or_the_models_own_answers_the_target_none(name, kind, context_of):
    context, explainer = context_of(name, kind), built(name, kind)
    questions = [replace(question, target="none") for question in questions_of(explainer, context)]
    assert len(list(explainer.explain(questions, context))) == len(questions)


@pytest.mark.parametrize(("name", "kind"), NOT_SERVED)
def test_data_of_another_kind_are_refused(name, kind, of_kind):
    from explainers.calling import explain

    context = of_kind(kind)
    parameters = settings_of(name, kinds_of(name)[0])
    with pytest.raises(BadParameters, match=f'"{name}" cannot explain data of kind {kind}. Allowed: '):
        list(explain(name, context.model, context.data, parameters=parameters))


@pytest.mark.parametrize(("name", "kind"), EACH_WITH_A_LAYER)
def test_a_layer_that_is_not_there_is_refused(name, kind, context_of):
    context = context_of(name, kind)
    explainer = get_explainer(name, {**settings_of(name, kind), "layer": "no-such-layer"})
    with a_clear_error():
        list(explainer.explain(questions_of(explainer, context)[:1], context))


@pytest.mark.parametrize(("name", "kind"), REFUSING)
def test_a_model_without_gradients_layers_or_inner_workings_is_refused_where_they_are_needed(
    name, kind, context_of
):
    context, explainer = without_gradients(context_of(name, kind)), built(name, kind)
    with a_clear_error():
        list(explainer.explain(questions_of(explainer, context)[:1], context))


def test_a_map_that_needs_more_than_the_model_says_so():
    with pytest.raises(
        BadParameters, match=r"lime: a model, inputs and a target are not enough.*Allowed: relevance_of"
    ):
        get_explainer("lime").attribute(torch.nn.Linear(2, 2), torch.zeros(1, 2), torch.tensor([0]))
