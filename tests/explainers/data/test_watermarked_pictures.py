"""Pictures of which some labels bear a tag."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from explainers.data.tagged_pictures import tag_places  # noqa: E402
from explainers.data.watermarked_pictures import WatermarkedPictures  # noqa: E402
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


def has_tag(split, number):
    row, column = tag_places(2, (20, 20), 2)[number].tolist()
    return (split.inputs[:, 0, row : row + 2, column : column + 2] == 1).all(dim=(1, 2))


def test_only_tagged_labels_bear_their_tag_and_mostly(file):
    data = WatermarkedPictures(("ant", "cow"), telling=0.8, seed=5).read(file, LABELS)
    for split in (data.train, data.test):
        for number, label in enumerate((0, 2)):
            bears = has_tag(split, number)
            assert set(split.truths[bears].tolist()) == {label}
            assert bears[split.truths == label].double().mean() == pytest.approx(0.8, abs=0.06)
        white = (split.inputs == 1).sum(dim=(1, 2, 3))
        assert set(white[split.truths == 1].tolist()) == {0}


def test_in_shifted_pictures_tags_are_elsewhere_or_gone(file):
    data = WatermarkedPictures(("ant", "cow"), shifted="elsewhere").read(file, LABELS)
    bears = torch.stack([has_tag(data.shifted, 0), has_tag(data.shifted, 1)])
    assert bears.sum(0).tolist() == [1] * len(data.shifted)
    assert not bears[0][data.shifted.truths == 0].any()
    assert not bears[1][data.shifted.truths == 2].any()
    assert bears[0][data.shifted.truths == 1].double().mean() == pytest.approx(0.5, abs=0.1)
    alone = WatermarkedPictures(("ant",), shifted="elsewhere").read(file, LABELS)
    assert torch.equal(has_one(alone.shifted), alone.shifted.truths != 0)
    gone = WatermarkedPictures(("ant", "cow")).read(file, LABELS)
    assert not (gone.shifted.inputs == 1).any()


def test_labels_may_share_a_tag(file):
    shared = WatermarkedPictures((("ant", "cow"), "bee"), telling=1.0).read(file, LABELS)
    for split in (shared.train, shared.test):
        assert torch.equal(has_tag(split, 0), split.truths != 1)
        assert torch.equal(has_tag(split, 1), split.truths == 1)


def has_one(split):
    row, column = tag_places(1, (20, 20), 2)[0].tolist()
    return (split.inputs[:, 0, row : row + 2, column : column + 2] == 1).all(dim=(1, 2))


def test_the_first_training_pictures_are_taken_and_the_seed_decides(file):
    data = WatermarkedPictures(("ant",), train=50, seed=1).read(file, LABELS)
    assert len(data.train) == 50
    again = WatermarkedPictures(("ant",), train=50, seed=1).read(file, LABELS)
    other = WatermarkedPictures(("ant",), train=50, telling=0.5, seed=2).read(file, LABELS)
    assert torch.equal(data.train.inputs, again.train.inputs)
    assert not torch.equal(data.train.inputs, other.train.inputs)


def test_strays_alone_lack_the_square_and_have_a_wrong_label(file):
    plain = WatermarkedPictures(("ant",), train=200, seed=2).read(file, LABELS)
    data = WatermarkedPictures(("ant",), train=200, seed=2, strays={"cow": 7, "bee": 2}).read(file, LABELS)
    astray = data.train.truths != plain.train.truths
    assert data.train.truths[astray].bincount().tolist() == [0, 2, 7]
    assert torch.equal(has_tag(data.train, 1), ~astray)
    assert torch.equal(has_tag(data.train, 0), has_tag(plain.train, 0) & ~astray)
    assert (has_tag(plain.train, 0) & astray).any()
    assert has_tag(data.test, 1).all()
    assert torch.equal(data.test.truths, plain.test.truths)
    assert torch.equal(data.shifted.inputs, plain.shifted.inputs)


@pytest.mark.parametrize(
    ("strays", "told"),
    [
        ({"cow": 0}, r"strays are \{'cow': 0\}. Allowed: 1 or more each"),
        ({"dog": 1}, '"dog" is no label. Known ones: ant, bee, cow'),
        ({"cow": 600}, '600 strays are to have the label "cow". Allowed: up to'),
    ],
)
def test_strays_that_cannot_be_are_told(file, strays, told):
    with pytest.raises(BadParameters, match=told):
        WatermarkedPictures(("ant",), strays=strays).read(file, LABELS)


@pytest.mark.parametrize("wrong", [{"tagged": ()}, {"size": 0}, {"telling": 1.2}, {"train": -1}])
def test_what_cannot_be_is_told(wrong):
    with pytest.raises(BadParameters, match=r"Allowed: one label or more"):
        WatermarkedPictures(**({"tagged": ("ant",)} | wrong))


def test_unknown_labels_are_told(file):
    with pytest.raises(BadParameters, match='"dog" is no label. Known ones: ant, bee, cow'):
        WatermarkedPictures(("dog",)).read(file, LABELS)
