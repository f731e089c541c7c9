"""Engineered descriptors and linear machines on them."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from sklearn.svm import LinearSVC  # noqa: E402

from explainers.models.picture_descriptors import DIRECTIONS, PictureDescriptors, slopes  # noqa: E402
from explainers.models.support_vectors import SupportVectors, best_scale  # noqa: E402


@pytest.fixture
def points():
    generator = np.random.default_rng(2)
    truths = generator.integers(0, 4, 200)
    return generator.normal(size=(200, 5)) + np.eye(4, 5)[truths] * 2, truths


@pytest.mark.parametrize("labels", [2, 4])
def test_the_module_says_what_scikit_learn_says(points, labels):
    found, truths = points
    chosen = truths < labels
    fitted = LinearSVC(random_state=0, dual=False).fit(found[chosen], truths[chosen])
    machine = SupportVectors(5, 4).double()
    machine.take(fitted)
    margins = machine(torch.from_numpy(found))
    assert margins.argmax(1).tolist() == fitted.predict(found).tolist()
    if labels == 4:
        assert np.allclose(margins.numpy(), fitted.decision_function(found))
    else:
        assert np.allclose(margins[:, 1].numpy(), fitted.decision_function(found))


def test_the_best_scale_is_where_the_cross_entropy_is_least():
    # two labels with margins ±1, right in 3 of 4: the loss is least where exp(2 s) = 3
    margins = torch.tensor([[1.0, -1.0]] * 4, dtype=torch.float64)
    scale = best_scale(margins, torch.tensor([0, 0, 0, 1]))
    assert scale == pytest.approx(np.log(3) / 2, rel=0.06)


def test_slopes_tell_the_direction_of_an_edge():
    picture = torch.zeros(1, 8, 8, dtype=torch.float64)
    picture[0, :, 4:] = 1  # brighter to the right: direction 0
    cells = slopes(picture).view(DIRECTIONS, 3, 3)[:, 1, 1]
    assert int(cells.argmax()) == 0
    picture = picture.transpose(1, 2)  # brighter downwards: a quarter of the circle on
    assert int(slopes(picture).view(DIRECTIONS, 3, 3)[:, 1, 1].argmax()) == DIRECTIONS // 4


def test_descriptors_are_standardised_and_have_a_finite_gradient():
    generator = torch.Generator().manual_seed(1)
    inputs = torch.rand(60, 1, 8, 8, generator=generator, dtype=torch.float64)
    entry = PictureDescriptors((8, 8)).double()
    entry.fit(inputs)
    found = entry(inputs)
    used = entry.gain > 0
    assert torch.allclose(found[:, used].mean(0), torch.zeros(int(used.sum())).double(), atol=1e-5)
    assert torch.allclose(found[:, used].std(0), torch.ones(int(used.sum())).double(), atol=1e-5)
    for picture in (inputs[:1], torch.zeros(1, 1, 8, 8, dtype=torch.float64)):
        watched = picture.clone().requires_grad_()
        entry(watched).sum().backward()
        assert watched.grad.isfinite().all()
