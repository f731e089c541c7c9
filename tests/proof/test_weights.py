"""Every recipe's models, trained again from their seeds."""

import json
import shutil

import pytest

from tests.explainers.conftest import ROOT

RECIPES = sorted(path.parent.name for path in (ROOT / "fixtures").glob("*/recipe.yaml"))


@pytest.mark.proof
@pytest.mark.parametrize("study", [name for name in RECIPES if name != "photos"])
def test_training_again_gives_models_as_good_as_their_cards_say(study, tmp_path):
    pytest.importorskip("torch")
    from explainers.retraining import retrain

    for name in {study, "digits"}:  # some recipes read the data of the digits
        shutil.copytree(ROOT / "fixtures" / name, tmp_path / name)
    for trained in retrain(tmp_path / study / "recipe.yaml", False, lambda losses, steps, model: losses):
        if trained.files == "identical" or "permuted" in trained.model:
            continue  # other machines and versions of torch come out with other weights, as good as these
        cards = [json.loads(card.read_text()) for card in trained.weights.parent.glob("*.json")]
        (card,) = [card for card in cards if card.get("weights_sha256") == _sha256(trained.weights)]
        for quality in ("accuracy", "r2"):
            if quality in card:
                assert trained.quality[quality] == pytest.approx(card[quality], abs=0.02), trained.model


def _sha256(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()
