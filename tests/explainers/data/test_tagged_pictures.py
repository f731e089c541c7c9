"""Pictures with a planted tag that tells the label."""

from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from explainers.data.tagged_pictures import TaggedPictures, tag_places  # noqa: E402
from explainers.errors import BadParameters  # noqa: E402

LABELS = ("ant", "bee", "cow")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    random = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("tagged") / "plain.npz"
    arrays = {}
    for split, count in (("train", 600), ("test", 900)):
        arrays[f"x_{split}"] = random.integers(0, 100, (count, 20, 20), dtype=np.uint8)
        arrays[f"y_{split}"] = random.integers(0, 3, count).astype(np.uint8)
    np.savez_compressed(path, **arrays)
    return path


def tags_of(split):
    """Which label's tag each picture has: the places that are white."""
    places = tag_places(3, (20, 20), 2)
    is_white = (split.inputs == 1).squeeze(1)
    found = torch.stack(
        [is_white[:, row : row + 2, column : column + 2].all(dim=(1, 2)) for row, column in places.tolist()]
    )
    assert found.sum(0).tolist() == [1] * len(split)
    assert is_white.sum(dim=(1, 2)).tolist() == [4] * len(split)
    return found.int().argmax(0)


def test_places_are_apart_and_near_the_edge():
    places = tag_places(10, (28, 28), 2)
    assert len({tuple(place) for place in places.tolist()}) == 10
    assert set(places[:, 0].tolist()) == {1, 25}
    columns = sorted(set(places[:, 1].tolist()))
    assert columns[0] == 1
    assert columns[-1] == 25
    assert min(b - a for a, b in pairwise(columns)) > 2


def test_tags_tell_the_label_as_often_as_was_asked_and_nothing_when_shifted(file):
    data = TaggedPictures(telling=0.7, seed=5).read(file, LABELS)
    for split, share in ((data.train, 0.8), (data.test, 0.8), (data.shifted, 1 / 3)):
        # 0.7 tell it, and a third of the others do by chance
        right = (tags_of(split) == split.truths).double().mean()
        assert right == pytest.approx(share, abs=0.05)


def test_the_shifted_pictures_are_the_held_out_ones(file):
    data = TaggedPictures(telling=1, shifted="absent").read(file, LABELS)
    assert torch.equal(tags_of(data.test), data.test.truths)
    assert torch.equal(data.shifted.truths, data.test.truths)
    assert not (data.shifted.inputs == 1).any()
    differs = (data.shifted.inputs != data.test.inputs).sum(dim=(1, 2, 3))
    assert differs.tolist() == [4] * len(data.test)


def test_the_seed_decides(file):
    def read(seed):
        return TaggedPictures(seed=seed).read(file, LABELS).train.inputs

    assert torch.equal(read(1), read(1))
    assert not torch.equal(read(1), read(2))


def test_settings_are_checked():
    with pytest.raises(BadParameters, match="telling 1.5. Allowed: size from 1, telling from 0 to 1"):
        TaggedPictures(telling=1.5)
    with pytest.raises(BadParameters, match="10 tags of 6 pixels do not fit pictures of 28 × 28"):
        tag_places(10, (28, 28), 6)
