"""Pictures that are moved while a network learns from them."""

import pytest

torch = pytest.importorskip("torch")
from explainers.models.image_training import moved_by_up_to, window  # noqa: E402


def test_a_window_is_cut_where_it_is_asked_for():
    pictures = torch.arange(2 * 2 * 5 * 5).view(2, 2, 5, 5)
    cut = window(pictures, torch.tensor([[[0], [2]], [[1], [0]]]), (3, 3))
    assert torch.equal(cut[0], pictures[0, :, 0:3, 1:4])
    assert torch.equal(cut[1], pictures[1, :, 2:5, 0:3])


def test_pictures_move_by_whole_pixels_in_every_direction_and_no_farther():
    pictures = torch.zeros(400, 1, 7, 7)
    pictures[:, :, 3, 3] = 1
    moved = moved_by_up_to(2)(pictures, torch.Generator().manual_seed(1))
    assert moved.shape == pictures.shape
    assert moved.sum(dim=(1, 2, 3)).tolist() == [1] * 400
    rows, columns = moved.squeeze(1).nonzero()[:, 1:].T
    assert set(rows.tolist()) == set(columns.tolist()) == {1, 2, 3, 4, 5}


def test_training_is_the_same_again_and_not_as_without_moving(shapes):
    from explainers.data.image_arrays import ImageArrays
    from explainers.models.digit_cnn import DigitCnn
    from explainers.recipe.schema import Training

    data = ImageArrays().read(shapes.parent / "shapes.npz", ("ant", "bee", "cow"))

    def losses(moved):
        architecture = DigitCnn(size=8, first=2, second=3, hidden=5, moved=moved)
        torch.manual_seed(4)
        net = architecture.build(data)
        return list(architecture.fit(net, data, Training(seed=4, epochs=2, batch=16)))

    assert losses(1) == losses(1)
    assert losses(1) != losses(0)
