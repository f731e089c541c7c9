"""The one call from Python."""

import hashlib
import re

import pytest

from explainers.errors import BadParameters, UnknownName
from tests.explainers.conftest import ROOT

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")


def explained(*given, **how):
    from explainers.calling import explain

    return list(explain(*given, **how))


def test_a_stimulus_says_where_it_comes_from(table_context):
    from safetensors.torch import save

    model, data = table_context.model, table_context.data
    stimuli = explained("kernel-shap", model, data, rows=[3, 5], seed=7, target="runner-up")
    assert [stimulus.item for stimulus in stimuli] == ["test-00003", "test-00005"]
    one = stimuli[0]
    assert (one.explainer, one.target, one.part) == ("kernel-shap", "runner-up", "map")
    assert one.version
    assert one.model_sha256 == hashlib.sha256(save(model.state_dict())).hexdigest()
    assert one.parameters["samples"] > 0
    assert one.output in data.labels
    assert explained("kernel-shap", model, data, rows=[3], seed=7, target="runner-up") == stimuli[:1]


def test_a_plain_function_is_a_model_too(table_context):
    from explainers.models.adapter import CallableModel

    def predict(inputs):
        high = (inputs[:, 0] > 10).astype(float)
        return np.stack([1 - high * 0.8, high * 0.8], axis=1)

    stimuli = explained("occlusion", CallableModel(predict), table_context.data, rows=[0])
    assert stimuli[0].model_sha256 == ""
    with pytest.raises(BadParameters, match="no gradients"):
        explained("saliency", CallableModel(predict), table_context.data, rows=[0])


def test_what_cannot_be_is_told(table_context):
    model, data = table_context.model, table_context.data
    with pytest.raises(UnknownName, match='No explainer is called "saliancy". Known ones: '):
        explained("saliancy", model, data)
    with pytest.raises(BadParameters, match="cannot explain data of kind table. Allowed: image"):
        explained("grad-cam", model, data)
    with pytest.raises(BadParameters, match=r'target is "predictd". Allowed: predicted, runner-up, truth'):
        explained("saliency", model, data, target="predictd")
    with pytest.raises(BadParameters, match="rows names 99. Allowed: 0 to 19"):
        explained("saliency", model, data, rows=[99])
    assert explained("saliency", model, data, rows=[]) == []
    assert (
        explained("saliency", model.float(), data)[0].part == "map"
    )  # the data follow the model's precision


@pytest.mark.parametrize(
    ("gives", "outputs", "told"),
    [
        ("probabilities", [[0.5, 0.5]], "gave outputs of shape"),
        ("probabilities", [[0.5, float("nan")], [1, 0]], "not finite"),
        ("scores", [1.0, 2.0], "one row for each input"),
    ],
)
def test_a_function_that_gives_something_else_is_told(gives, outputs, told):
    from explainers.models.adapter import CallableModel

    model = CallableModel(lambda inputs: np.array(outputs), gives)
    with pytest.raises(BadParameters, match=told):
        model(torch.zeros(2, 3))


def test_the_documents_list_what_every_explainer_says_of_itself():
    from explainers.catalogue import page

    told = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert told == page(), "write it anew: python -m explainers list --table > docs/methods.md"


def test_the_documents_example_works(capsys):
    text = (ROOT / "docs" / "explainers.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(next(block for block in blocks if "CallableModel(lambda" in block), "example", "exec"), {})
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("cheap {")
    assert [line.split()[0] for line in told[1:]] == ["example-1", "example-2"]


def test_the_documents_adapter_works_beside_a_recipe(tmp_path, table_context):
    from explainers.registry import build

    text = (ROOT / "docs" / "explainers.md").read_text(encoding="utf-8")
    block = next(one for one in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "class Forest" in one)
    (tmp_path / "my_models.py").write_text(block, encoding="utf-8")
    made = build("architecture", "my_models:Forest", {"threshold": 10.0}, beside=tmp_path).build(
        table_context.data
    )
    outputs = made(torch.tensor([[0.0, 5.0], [0.0, 15.0]]))
    assert outputs.argmax(dim=1).tolist() == [0, 1]
