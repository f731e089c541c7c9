"""Text models: padding never matters, attention is shares of a whole, weights can be read."""

import pytest

torch = pytest.importorskip("torch")

from explainers.errors import BadParameters  # noqa: E402
from explainers.models.bag_of_words import BagOfWords  # noqa: E402
from explainers.models.char_rnn import CharRnn  # noqa: E402
from explainers.models.gru import TextGru  # noqa: E402
from explainers.models.looking import entered, input_gradient, outputs_from, to_parts  # noqa: E402
from explainers.models.text_attention import TextAttention  # noqa: E402
from explainers.models.text_cnn import TextCnn  # noqa: E402
from explainers.models.text_training import without_some  # noqa: E402
from explainers.recipe.schema import Training  # noqa: E402
from tests.explainers.text_nets import characters  # noqa: E402

KINDS = [BagOfWords(), TextAttention(embedding=4), TextCnn(embedding=4, filters=6), TextGru(embedding=4)]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)


def built(kind, data):
    torch.manual_seed(3)
    return kind.build(data).double().eval()


@every_kind
def test_padding_never_matters(kind, text_context):
    net, inputs = built(kind, text_context.data), text_context.data.test.inputs
    padded = torch.nn.functional.pad(inputs, (0, 5))
    assert torch.allclose(net(inputs), net(padded), atol=1e-12)
    alone = inputs[:1, : int((inputs[0] != 0).sum())]
    assert torch.allclose(net(inputs[:1]), net(alone), atol=1e-12)


@every_kind
def test_a_text_without_any_token_has_finite_outputs(kind, text_context):
    net = built(kind, text_context.data)
    assert net(torch.zeros(2, 6, dtype=torch.long)).isfinite().all()


@every_kind
def test_models_have_a_smooth_space_behind_their_embedding(kind, text_context):
    net, inputs = built(kind, text_context.data), text_context.data.test.inputs[:3]
    points = entered(net, inputs)
    assert torch.equal(outputs_from(net, points), net(inputs))
    gradient = input_gradient(net, points, torch.tensor([0, 1, 1]))
    assert to_parts(net, gradient * points).shape == inputs.shape


@every_kind
def test_training_learns_and_the_same_seed_gives_the_same_weights(kind, text_context):
    data, training = text_context.data, Training(seed=2, epochs=30, batch=10, learning_rate=0.03)
    nets = []
    for _ in range(2):
        torch.manual_seed(2)
        net = kind.build(data)
        losses = list(kind.fit(net, data, training))
        assert len(losses) == kind.steps(data, training)
        assert sum(losses[-4:]) < 0.7 * sum(losses[:4])
        nets.append(net.state_dict())
    assert all(torch.equal(nets[0][name], nets[1][name]) for name in nets[0])


def priced():
    """Six words each, of which three kinds decide a price: 250,000 and what each of them adds."""
    from explainers.data.base import Data, Split, Vocabulary

    generator = torch.Generator().manual_seed(6)
    tokens = ("", "?", "pool", "garden", "damp", *(f"word{number}" for number in range(9)))
    adds = torch.zeros(len(tokens)).index_put((torch.tensor([2, 3, 4]),), torch.tensor([8e4, 4e4, -6e4]))
    inputs = torch.randint(2, len(tokens), (600, 6), generator=generator)
    truths = 2.5e5 + adds[inputs].sum(dim=1) + 5e3 * torch.randn(600, generator=generator)
    words = tuple(tuple(tokens[number] for number in row) for row in inputs.tolist())
    whole = Split(inputs, truths, words)
    train, test = whole.first(400), whole.rows(torch.arange(400, 600))
    return Data("text", (), train, test, vocabulary=Vocabulary(tokens), unit="$")


@pytest.mark.parametrize("kind", [BagOfWords(), TextAttention(), TextCnn(), TextGru()])
def test_a_number_in_a_large_unit_is_learnt(kind):
    """Its mean is 250,000: without the last step's unit the weights would never come there."""
    from explainers.answers import predict, quality_of
    from explainers.models.rescaled import Rescaled

    data = priced()
    torch.manual_seed(1)
    net = kind.build(data)
    for _ in kind.fit(net, data, Training(seed=1, epochs=15, batch=20, learning_rate=0.02)):
        pass
    assert quality_of(predict(net, data, data.test), data.test)["r2"] > 0.7
    (unit,) = [module for module in net.modules() if isinstance(module, Rescaled)]
    assert unit.centre.item() == pytest.approx(data.train.truths.double().mean().item())
    assert {"rest.unit.centre", "rest.unit.spread"} < set(net.state_dict())


def test_a_bag_of_words_is_the_sum_of_its_words_weights(text_context):
    net, data = built(BagOfWords(), text_context.data), text_context.data
    for row in range(4):
        numbers = [number for number in data.test.inputs[row].tolist() if number]
        by_hand = net.rest.bias + sum(net.entry.weight[number] for number in numbers)
        assert torch.allclose(net(data.test.inputs[row : row + 1])[0], by_hand)


def test_attention_is_the_softmax_of_the_scores_and_no_padding_has_any(text_context):
    net, inputs = built(TextAttention(embedding=4), text_context.data), text_context.data.test.inputs
    shares = net.attention(inputs)
    assert torch.allclose(shares.sum(dim=1), torch.ones(len(inputs), dtype=torch.float64))
    assert shares[inputs == 0].abs().max() == 0
    row, length = 0, int((inputs[0] != 0).sum())
    vectors = net.entry.weight[inputs[row, :length]]
    scores = (vectors @ net.rest.heed.weight.T + net.rest.heed.bias).tanh() @ net.rest.query.weight[0]
    by_hand = scores.exp() / scores.exp().sum()
    assert torch.allclose(shares[row, :length], by_hand)
    mixed = (by_hand.unsqueeze(1) * vectors).sum(dim=0)
    logits = net.rest.labels.weight @ mixed + net.rest.labels.bias
    assert torch.allclose(net(inputs[:1])[0], logits)


def test_words_are_left_out_at_the_stated_share_and_never_padding():
    inputs = torch.full((200, 50), 7)
    inputs[:, 40:] = 0
    left = without_some(inputs, 0.3, torch.Generator().manual_seed(1))
    assert abs(float((left[:, :40] == 1).double().mean()) - 0.3) < 0.02
    assert (left[:, 40:] == 0).all()


def test_text_models_ask_for_texts_and_no_noise(text_context, table_context):
    with pytest.raises(BadParameters, match="reads texts; the data are of kind table"):
        TextGru().build(table_context.data)
    net = BagOfWords().build(text_context.data)
    with pytest.raises(BadParameters, match=r"`training.noise` must be 0"):
        next(BagOfWords().fit(net, text_context.data, Training(noise=0.1)))
    with pytest.raises(BadParameters, match="words_dropped 1"):
        TextCnn(words_dropped=1)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_character_net_learns_a_text_that_repeats(cell):
    data = characters("abcd " * 60)
    kind = CharRnn(cell=cell, embedding=4, hidden=12, unroll=10)
    training = Training(seed=1, epochs=12, batch=4, learning_rate=0.03)
    torch.manual_seed(1)
    net = kind.build(data)
    before = kind.told(net, data)["bits_per_character"]
    losses = list(kind.fit(net, data, training))
    assert len(losses) == kind.steps(data, training)
    assert kind.told(net, data)["bits_per_character"] < 0.5 < before
    assert (net(data.test.inputs).argmax(1) == data.test.truths).all()


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_cells_are_what_the_equations_say(cell):
    """The state after each character, by the equations in the papers rather than by torch's layers."""
    data = characters("the cat sat on the mat; " * 5)
    torch.manual_seed(5)
    net = CharRnn(cell=cell, embedding=3, hidden=4).build(data).double().eval()
    inputs = data.test.inputs[:2]
    assert torch.allclose(net.cells(inputs), by_hand(net, inputs, cell), atol=1e-12)
    assert net.cells(inputs).abs().max() <= 1


def by_hand(net, inputs, cell):
    layer = net.rest.recurrent
    hidden = torch.zeros(len(inputs), 4, dtype=torch.float64)
    cells, told = hidden.clone(), []
    for x in net.entry(inputs).unbind(dim=1):
        given = x @ layer.weight_ih_l0.T + layer.bias_ih_l0
        own = hidden @ layer.weight_hh_l0.T + layer.bias_hh_l0
        if cell == "lstm":
            i, f, g, o = (given + own).chunk(4, dim=1)
            cells = f.sigmoid() * cells + i.sigmoid() * g.tanh()
            hidden = o.sigmoid() * cells.tanh()
            told.append(cells.tanh())
        elif cell == "gru":
            (r, z, n), (own_r, own_z, own_n) = given.chunk(3, dim=1), own.chunk(3, dim=1)
            new = (n + (r + own_r).sigmoid() * own_n).tanh()
            update = (z + own_z).sigmoid()
            hidden = (1 - update) * new + update * hidden
            told.append(hidden)
        else:
            hidden = (given + own).tanh()
            told.append(hidden)
    return torch.stack(told, dim=1)


def test_padding_never_matters_to_a_character_net():
    data = characters("the cat sat on the mat; " * 5)
    net = built(CharRnn(embedding=3, hidden=4), data)
    padded = torch.nn.functional.pad(data.test.inputs, (0, 7))
    assert torch.allclose(net(data.test.inputs), net(padded), atol=1e-12)


def test_bits_per_character_of_an_ignorant_net_are_the_logarithm_of_how_many_characters_there_are():
    data = characters("abcd" * 20)
    net = CharRnn(embedding=2, hidden=2).build(data)
    with torch.no_grad():
        net.rest.labels.weight.zero_()
        net.rest.labels.bias.zero_()
    assert CharRnn().told(net, data) == {"bits_per_character": 2.0}


def test_a_character_net_asks_for_characters_and_enough_of_them(text_context):
    with pytest.raises(BadParameters, match="labels are the characters"):
        CharRnn().build(text_context.data)
    data = characters("abcd" * 10)
    net = CharRnn(embedding=2, hidden=2).build(data)
    with pytest.raises(BadParameters, match="do not fill 64 streams"):
        list(CharRnn().fit(net, data, Training(batch=64)))
