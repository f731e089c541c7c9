import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def picture_net():
    torch.manual_seed(2)
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 3)
    ).double()


def asked(context, number=0, seed=3):
    from explainers.base import Question

    return Question(context.cases[number], seed=seed)


@pytest.mark.parametrize(("patch", "stride"), [(4, 2), (3, 3), (4, 3), (1, 1), (10, 10)])
def test_pictures_agree_with_captum_at_equal_settings(patch, stride):
    from captum.attr import Occlusion

    inputs, target = torch.rand(2, 2, 10, 10).double(), torch.tensor([0, 2])
    net = picture_net()
    theirs = Occlusion(net).attribute(
        inputs, sliding_window_shapes=(2, patch, patch), strides=(2, stride, stride), target=target
    )
    ours = get_explainer("occlusion", {"patch": patch, "stride": stride}).attribute(net, inputs, target)
    assert torch.allclose(ours, theirs.double(), atol=1e-5)


@pytest.mark.parametrize(
    ("baseline", "value"),
    [("black", lambda one: 0.0), ("grey", lambda one: 0.5), ("mean", lambda one: one.mean())],
)
def test_a_pixel_of_a_linear_model_adds_its_weight_times_what_it_loses(baseline, value):
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 2)).double()
    picture = torch.rand(1, 1, 4, 4).double()
    method = get_explainer("occlusion", {"patch": 1, "stride": 1, "baseline": baseline})
    expected = linear[1].weight[1].detach().reshape(1, 1, 4, 4) * (picture - value(picture))
    assert torch.allclose(method.attribute(linear, picture, torch.tensor([1])), expected)


def test_single_precision_gives_what_double_gives_and_the_models_weights_keep_their_order_in_memory():
    net, inputs, target = picture_net(), torch.rand(1, 2, 10, 10).double(), torch.tensor([1])
    method = get_explainer("occlusion", {"patch": 3})
    double = method.attribute(net, inputs, target)
    single = method.attribute(net.float(), inputs.float(), target)
    assert torch.allclose(single.double(), double, atol=1e-5)
    assert net[0].weight.is_contiguous()


def test_probability_is_a_scale():
    net, inputs = picture_net(), torch.rand(1, 2, 10, 10).double()
    method = get_explainer("occlusion", {"patch": 10, "stride": 10, "scale": "probability"})
    fall = net(inputs).softmax(1)[0, 2] - net(torch.zeros_like(inputs)).softmax(1)[0, 2]
    found = method.attribute(net, inputs, torch.tensor([2]))
    assert torch.allclose(found, fall.detach().expand_as(inputs))


def bag_of(weights):
    """A model whose second output is the sum of a number for each token."""
    table = torch.tensor([0.0, *weights])

    class Bag(torch.nn.Module):
        def forward(self, inputs):
            return torch.stack([torch.zeros(len(inputs)), table[inputs].sum(dim=1)], dim=1)

    return Bag()


def test_a_word_of_a_bag_of_words_has_its_own_number_and_padding_has_none():
    method = get_explainer("occlusion")
    found = method.attribute(bag_of([0.5, 2.0, -3.0]), torch.tensor([[2, 3, 2, 0, 0]]), torch.tensor([1]))
    assert found.tolist() == [[2.0, -3.0, 2.0, 0.0, 0.0]]


def test_a_word_may_become_unknown_instead_and_so_does_the_last_one_left():
    net = bag_of([0.5, 2.0, -3.0])
    unknown = get_explainer("occlusion", {"absence": "unknown"})
    assert unknown.attribute(net, torch.tensor([[2, 3, 0]]), torch.tensor([1])).tolist() == [[1.5, -3.5, 0]]
    alone = get_explainer("occlusion").attribute(net, torch.tensor([[3, 0]]), torch.tensor([1]))
    assert alone.tolist() == [[-3.5, 0.0]]


def test_a_removed_word_leaves_no_gap():
    class Second(torch.nn.Module):
        def forward(self, inputs):
            return inputs[:, 1:2].double()

    found = get_explainer("occlusion").attribute(Second(), torch.tensor([[5, 7, 9]]), torch.tensor([0]))
    assert found.tolist() == [[7 - 9, 7 - 9, 0]]


class Priced(torch.nn.Module):
    """2 × rooms − age + 100 × (heating is oil)."""

    def forward(self, inputs):
        price = 2 * inputs[:, 0] - inputs[:, 1] + 100 * (inputs[:, 3] == 2)
        return torch.stack([torch.zeros_like(price), price], dim=1)


def test_a_field_is_replaced_by_the_training_mean_or_most_frequent_level(table_context):
    from dataclasses import replace

    context = replace(table_context, model=Priced())
    found = get_explainer("occlusion").relevance_of(replace(asked(context), target="class:dear"), context)
    row, train = context.cases[0].input, context.data.train.inputs
    mode = train[:, 3].long().bincount().argmax()
    heating = 100 * (float(row[3] == 2) - float(mode == 2))
    mean = train.mean(dim=0)
    expected = torch.stack(
        [2 * (row[0] - mean[0]), mean[1] - row[1], torch.zeros(()).double(), torch.tensor(heating)]
    )
    assert torch.allclose(found, expected)


def test_with_all_training_rows_a_field_is_averaged_over_them(table_context):
    from dataclasses import replace

    context = replace(table_context, model=Priced())
    method = get_explainer("occlusion", {"background": 40})
    found = method.relevance_of(replace(asked(context), target="class:dear"), context)
    row, train = context.cases[0].input, context.data.train.inputs
    share = (train[:, 3] == 2).double().mean()
    assert found[0] == pytest.approx(float(2 * (row[0] - train[:, 0].mean())))
    assert found[3] == pytest.approx(float(100 * ((row[3] == 2).double() - share)))


def test_training_rows_are_drawn_by_the_questions_seed_and_the_stimulus_tells_it(table_context):
    method = get_explainer("occlusion", {"background": 5})
    first, other = (
        next(iter(method.explain([asked(table_context, seed=seed)], table_context)))[0] for seed in (3, 4)
    )
    assert first.seed == 3
    assert first.content != other.content


@pytest.mark.parametrize("settings", [{"patch": 2, "stride": 3}, {"patch": -1}, {"background": -1}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(BadParameters, match="Allowed"):
        get_explainer("occlusion", settings)


def test_rows_of_a_table_need_their_data():
    with pytest.raises(BadParameters, match="training data"):
        get_explainer("occlusion").attribute(Priced(), torch.rand(1, 4), torch.tensor([0]))


def test_any_function_can_be_explained():
    from explainers.models.adapter import CallableModel

    def brightness(pictures):
        whole = pictures.reshape(len(pictures), -1).mean(axis=1, keepdims=True)
        return whole.repeat(2, axis=1)

    method = get_explainer("occlusion", {"patch": 1, "stride": 1})
    picture = torch.rand(1, 1, 3, 3)
    found = method.attribute(CallableModel(brightness, gives="scores"), picture, torch.tensor([0]))
    assert torch.allclose(found, picture / 9, atol=1e-6)


def test_memory_does_not_grow_with_the_number_of_patches():
    """10,000 masks of 100 × 100 at once would be 400 MB; a chunk of them is less than 1 MB."""
    from explainers.methods.perturbation.forward import chunks, rows_at_once

    assert [rows_at_once(values) for values in (4, 784, 3 * 224**2, 3 * 4000**2)] == [1024, 62, 4, 1]
    places = list(chunks(10_000, 100 * 100))
    assert [place.start for place in places[1:]] == [place.stop for place in places[:-1]]
    assert (places[0].start, places[-1].stop) == (0, 10_000)
    assert max(place.stop - place.start for place in places) * 100 * 100 * 4 < 1_000_000
