"""Every explainer and a whole bundle on a device beside the CPU, pretended, so that no GPU is needed."""

import json

import pytest

from explainers.registry import EXPLAINERS
from tests.explainers.contract_cases import built, kinds_of, prepared

torch = pytest.importorskip("torch")
EACH = [(name, kind) for name in EXPLAINERS for kind in kinds_of(name)]


@pytest.mark.parametrize(("name", "kind"), EACH)
def test_an_explainer_shows_the_same_where_model_and_data_are_elsewhere(name, kind, request):
    from explainers.base import Question
    from tests.explainers.pretended_device import moved, pretended

    given = request.getfixturevalue({"image": "shape_context"}.get(kind, f"{kind}_context"))
    context, explainer = prepared(name, kind, given), built(name, kind)

    def shown(context):
        asked = [Question(case, seed=3) for case in context.cases if case.kind in explainer.item_kinds]
        return list(explainer.explain(asked[:2], context))

    here = shown(context)
    with pretended():
        assert shown(moved(context)) == here


def test_a_bundle_is_prepared_where_cuda_is(shapes, tmp_path):
    """Items, outputs and checks too: all that the recipe asks for."""
    from explainers import bundle
    from explainers.preparing import Preparation
    from tests.explainers.pretended_device import pretended

    def made(name):
        preparation = Preparation(shapes, tmp_path / name)
        list(preparation.explanations())
        preparation.finish()
        return bundle.read(tmp_path / name)

    here = made("here")
    with pretended():
        there = made("there")
    assert (here.manifest.device, there.manifest.device) == ("cpu", "cuda")
    assert there.stimuli == here.stimuli
    assert there.outputs == here.outputs
    assert there.manifest.checks == here.manifest.checks
    assert json.loads((tmp_path / "there" / "timings.json").read_text())["device"] == "cuda"


def test_the_pretended_device_refuses_what_cuda_refuses():
    from tests.explainers.pretended_device import Mixed, pretended

    with pretended():
        there = torch.arange(4.0, device="cuda")
        assert (there + 1).sum().item() == 10
        assert there[torch.tensor([1, 2])].tolist() == [1, 2]  # an index on the CPU is allowed
        for wrong in (
            lambda: there + torch.ones(4),
            lambda: torch.ones(4)[there.long()],
            lambda: there[None].gather(1, torch.tensor([[1]])),
            lambda: there.numpy(),
            lambda: torch.rand(4, generator=torch.Generator(), device="cuda"),
        ):
            with pytest.raises(Mixed):
                wrong()
