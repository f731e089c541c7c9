import pytest

from explainers.registry import get_explainer
from tests.explainers.checks.subjects import map_that, subject_of, told
from tests.explainers.conftest import DIGITS

torch = pytest.importorskip("torch")


def measured(subject):
    from explainers.checks.parameter_randomisation import ParameterRandomisation

    return told(list(ParameterRandomisation().measure(subject)))


def test_a_map_of_the_picture_alone_fails_and_is_told_in_plain_words(shape_context):
    checks, scores = measured(subject_of(shape_context, map_that(lambda model, inputs: inputs), items=4))
    whole = checks["parameter-randomisation"]
    assert (whole.value, whole.passed) == (1.0, False)
    assert "the map hardly depends on what the model has learned" in whole.meaning
    assert set(scores.values()) == {1.0}
    assert len(scores) == 4


def test_every_layer_is_told_in_both_modes_from_the_output_to_the_input(shape_context):
    checks, _ = measured(subject_of(shape_context, get_explainer("saliency"), items=3))
    ranks = [name for name in checks if name.endswith("rank-correlation")]
    assert [name.split()[1] for name in ranks if name.startswith("cascading")] == [
        *("labels", "dense", "conv2", "conv1")
    ]
    assert [name.split()[1] for name in ranks if name.startswith("independent")] == [
        *("labels", "dense", "conv2", "conv1")
    ]
    assert checks["cascading-randomisation labels ssim"].value == pytest.approx(
        checks["independent-randomisation labels ssim"].value
    )
    steps = [checks[name].value for name in ranks if name.startswith("cascading")]
    assert checks["parameter-randomisation"].value == pytest.approx(sum(steps) / 4, abs=1e-4)


def test_a_placebo_need_not_depend_on_the_model(shape_context):
    checks, _ = measured(subject_of(shape_context, get_explainer("edge-detector"), items=3))
    assert (checks["parameter-randomisation"].value, checks["parameter-randomisation"].passed) == (1.0, True)


def test_layers_are_spread_over_the_model_within_the_budget(shape_context):
    from explainers.models.shuffled_weights import layers_of

    assert layers_of(shape_context.model, 2) == ["labels", "conv1"]
    assert layers_of(shape_context.model, 3) == ["labels", "conv2", "conv1"]
    checks, _ = measured(subject_of(shape_context, get_explainer("saliency"), items=2, layers=2))
    assert len([name for name in checks if name.startswith("cascading") and name.endswith("ssim")]) == 2


def test_the_model_is_left_as_it_was_found(shape_context):
    before = {name: value.clone() for name, value in shape_context.model.state_dict().items()}
    measured(subject_of(shape_context, get_explainer("saliency"), items=2))
    assert all(torch.equal(before[name], value) for name, value in shape_context.model.state_dict().items())


def test_shuffling_keeps_the_numbers_and_leaves_the_model_alone(tiny_net):
    from explainers.models.shuffled_weights import with_shuffled_weights

    before = {name: weights.clone() for name, weights in tiny_net.named_parameters()}
    other = with_shuffled_weights(tiny_net, seed=1)
    for name, weights in other.named_parameters():
        assert torch.equal(tiny_net.get_parameter(name), before[name])
        assert torch.equal(weights.flatten().sort().values, before[name].flatten().sort().values)
    assert not torch.equal(other[3].weight, tiny_net[3].weight)


def test_a_model_trained_on_permuted_labels_is_compared(shape_context):
    from explainers.checks.label_randomisation import LabelRandomisation
    from explainers.models.shuffled_weights import with_shuffled_weights

    check = LabelRandomisation()
    twin = with_shuffled_weights(shape_context.model, 3)
    picture = subject_of(shape_context, map_that(lambda model, inputs: inputs), permuted=twin, items=3)
    checks, _ = told(list(check.measure(picture)))
    assert (checks["label-randomisation"].value, checks["label-randomisation"].passed) == (1.0, False)
    assert (
        check.about(subject_of(shape_context, get_explainer("saliency"))) == []
    )  # not possible without a twin


@pytest.fixture(scope="module")
def digit_context():
    """The fixture's network, trained on digits, with eight held-out pictures as items."""
    from explainers.answers import predict
    from explainers.base import Context
    from explainers.data.base import Split
    from explainers.data.placing import in_precision
    from explainers.models.weights import load_weights
    from explainers.recipe import read_recipe
    from explainers.registry import build
    from explainers.workshop import architecture_of, read_data

    path = DIGITS / "recipe.yaml"
    recipe = read_recipe(path)
    (model,) = recipe.models
    data = in_precision(read_data(path, recipe)[0], torch.float64)
    net = architecture_of(path, model).build(data)
    load_weights(net, DIGITS / model.weights)
    net.eval().requires_grad_(False).double()
    cases = tuple(data.case(data.test, row, f"digit-{row}", strata={"pool": "test"}) for row in range(8))
    outputs = predict(net, data, Split(data.test.inputs[:8], data.test.truths[:8]))
    answers = {case.item: output for case, output in zip(cases, outputs, strict=True)}
    drawer = build("drawer", recipe.rendering.drawer, recipe.rendering.parameters)
    return Context(net, data, cases, answers, drawer, model_name=model.name)


@pytest.mark.parametrize(("method", "passes"), [("guided-backpropagation", False), ("saliency", True)])
def test_on_a_trained_network_guided_backpropagation_is_flagged_and_saliency_is_not(
    digit_context, method, passes
):
    """What Adebayo et al. (2018) found of these two."""
    checks, _ = measured(subject_of(digit_context, get_explainer(method), items=8))
    assert checks["parameter-randomisation"].passed is passes
