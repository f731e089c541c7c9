import json
import shutil

import pytest

from explainers.commands import main

pytest.importorskip("torch")


@pytest.fixture
def study(shapes, tmp_path):
    return shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"


def test_the_same_seed_gives_the_same_weights(study, capsys):
    weights = study.with_name("net.safetensors")
    before = weights.read_bytes()
    weights.unlink()
    assert main(["train", str(study)]) == 0
    assert weights.read_bytes() == before
    assert main(["train", str(study)]) == 0
    assert f"identical to {weights}" in capsys.readouterr().out


def test_other_weights_replace_those_present_only_when_asked(study, capsys):
    weights = study.with_name("net.safetensors")
    before = weights.read_bytes()
    study.write_text(study.read_text().replace("seed: 3", "seed: 4"))
    assert main(["train", str(study)]) == 1
    assert "which were kept" in capsys.readouterr().err
    assert weights.read_bytes() == before
    assert main(["train", str(study), "--overwrite"]) == 0
    assert weights.read_bytes() != before


def test_the_card_tells_accuracy_and_origin(study):
    card = json.loads(study.with_name("net.json").read_text())
    assert card["accuracy_n"] == 40
    assert 0.4 < card["accuracy"] < 1
    assert card["training"]["seed"] == 3


def test_training_leaves_no_gradient_on_the_model(tiny_net):
    import torch

    from explainers.data.base import Split
    from explainers.models.training import train
    from explainers.recipe.schema import Training

    split = Split(torch.rand(20, 3, 4, 4), torch.arange(20) % 4)
    assert len(list(train(tiny_net, split, Training(epochs=2, batch=8)))) == 6
    assert all(weight.grad is None for weight in tiny_net.parameters())
    assert not tiny_net.training


def test_training_learns(tiny_net):
    import torch

    from explainers.data.base import Split
    from explainers.models.training import train
    from explainers.recipe.schema import Training

    truths = torch.arange(80) % 4
    inputs = torch.zeros(80, 3, 4, 4)
    inputs[torch.arange(80), :, truths] = 1  # the bright row is the label
    losses = list(train(tiny_net, Split(inputs, truths), Training(epochs=40, batch=20, learning_rate=0.02)))
    assert losses[-1] < 0.05 < 1 < losses[0]


@pytest.mark.parametrize(
    ("file", "message"),
    [("net.safetensors", "net.safetensors is missing. `python -m explainers train RECIPE` makes it."),
     ("net.json", "net.json is no model card"),
     ("shapes.npz", 'recipe.yaml, line 8: names "shapes.npz", but there is no file')],
)  # fmt: skip
def test_a_missing_file_is_told(study, file, message, capsys):
    study.with_name(file).unlink()
    assert main(["prepare", str(study), "--out", str(study.with_name("bundle"))]) == 1
    assert message in capsys.readouterr().err
    assert not study.with_name("bundle").exists()


def test_weights_that_are_not_those_of_the_card_are_told(study, capsys):
    study.write_text(study.read_text().replace("seed: 3", "seed: 4"))
    card = study.with_name("net.json").read_text()
    main(["train", str(study), "--overwrite"])
    study.with_name("net.json").write_text(card)
    assert main(["prepare", str(study), "--out", str(study.with_name("bundle"))]) == 1
    assert "net.json is the card of other weights" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "layer: relu3, count: 2",
            "layer: relu3, k: 2",
            'line 28: explainer "nearest-examples" has no parameter "k"',
        ),
        ("drawer: image\n", "drawer: image\n  x: 1\n", '"rendering.x" is not a field of a recipe'),
        ("hidden: 5", "hidden: 6", "does not fit the architecture"),
        (
            "wrong: 2}\n    learning",
            "wrong: 90}\n    learning",
            "line 21: items.pools.test asks for more wrong items",
        ),
        ("layer: relu3", "layer: relu9", 'The model has no layer "relu9". Known ones: conv1, relu1'),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_told(study, old, new, message, capsys):
    assert old in study.read_text()
    study.write_text(study.read_text().replace(old, new))
    assert main(["prepare", str(study), "--out", str(study.with_name("bundle"))]) == 1
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told


def test_data_that_are_not_as_they_must_be_are_told(study, capsys):
    study.with_name("shapes.npz").write_bytes(b"PK\x03\x04 not really")
    assert main(["train", str(study)]) == 1
    assert "shapes.npz cannot be read as .npz" in capsys.readouterr().err
