import pytest

from explainers.registry import get_explainer

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")


def autocorrelation(values):
    """Correlation of the map with itself at each shift, edges wrapped round (Wiener and Khinchin)."""
    spectrum = np.abs(np.fft.fft2(values - values.mean())) ** 2
    found = np.fft.ifft2(spectrum).real
    return found / found[0, 0]


@pytest.fixture(scope="module")
def blobs():
    """A map as they are: a few soft spots on nothing, in the middle."""
    down, across = np.mgrid[:28, :28]
    spots = [(10, 12, 2.0, 1.0), (16, 15, 3.0, 0.7), (13, 18, 1.5, 0.9)]
    return sum(h * np.exp(-((down - y) ** 2 + (across - x) ** 2) / (2 * s * s)) for y, x, s, h in spots)


def test_the_values_are_the_same_to_the_last_one(blobs):
    from explainers.methods.placebos.phase_scrambled import phase_scrambled

    assert np.array_equal(np.sort(phase_scrambled(blobs, 3), axis=None), np.sort(blobs, axis=None))


def test_the_spatial_autocorrelation_is_nearly_the_same(blobs):
    from explainers.methods.placebos.phase_scrambled import phase_scrambled

    own = autocorrelation(blobs)
    permuted = np.random.default_rng(0).permutation(blobs.ravel()).reshape(blobs.shape)
    gaps = [np.sqrt(np.mean((autocorrelation(phase_scrambled(blobs, n)) - own) ** 2)) for n in range(5)]
    assert max(gaps) < 0.06
    assert max(gaps) < np.sqrt(np.mean((autocorrelation(permuted) - own) ** 2)) / 3


def test_it_says_nothing_about_the_places_of_the_map(blobs):
    from explainers.methods.placebos.phase_scrambled import phase_scrambled

    alike = [np.corrcoef(phase_scrambled(blobs, n, 10).ravel(), blobs.ravel())[0, 1] for n in range(60)]
    assert abs(np.mean(alike)) < 3 * np.std(alike) / np.sqrt(len(alike))


def test_another_seed_gives_another_map_and_a_map_without_variation_stays(blobs):
    from explainers.methods.placebos.phase_scrambled import phase_scrambled

    assert not np.array_equal(phase_scrambled(blobs, 1), phase_scrambled(blobs, 2))
    assert np.array_equal(phase_scrambled(blobs, 1), phase_scrambled(blobs, 1))
    assert np.array_equal(phase_scrambled(np.zeros((4, 4)), 1), np.zeros((4, 4)))


def test_each_item_gets_its_own_values(shape_context):
    from explainers.base import Question

    saliency, scrambled = get_explainer("saliency"), get_explainer("phase-scrambled", {"method": "saliency"})
    for number, case in enumerate(shape_context.cases):
        own = saliency.relevance_of(Question(case), shape_context)
        moved = scrambled.relevance_of(Question(case, seed=number), shape_context)
        assert moved.shape == own.shape
        assert torch.equal(own.flatten().sort().values, moved.flatten().sort().values)
        assert not torch.equal(own, moved)


def test_of_several_channels_the_strongest_value_counts():
    from explainers.methods.placebos.phase_scrambled import strongest

    assert strongest(torch.tensor([[[1.0, -2.0]], [[-3.0, 1.0]]])).tolist() == [[-3.0, -2.0]]
