"""The one call from Python."""

import hashlib
import re

import pytest

from explainers.errors import BadParameters, DataError, ExplainersError, UnknownName
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
    with pytest.raises(BadParameters, match='needs models beside "CallableModel"'):
        explained("ensemble-disagreement", CallableModel(predict), table_context.data, rows=[0])


@pytest.mark.parametrize("method", ["lime", "kernel-shap"])
def test_a_model_that_always_says_the_same_has_no_relevance(method, table_context):
    import json

    from explainers.models.adapter import CallableModel

    same = CallableModel(lambda inputs: np.full((len(inputs), 2), [0.3, 0.7]))
    (stimulus,) = explained(method, same, table_context.data, rows=[0])
    shown = json.loads(stimulus.content)["emphasis"]
    assert all(not part for row in shown for part in row)


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


def test_one_row_an_array_of_rows_and_arrays_of_data_are_taken(table_context):
    from dataclasses import replace

    from explainers.data.base import Split

    model, data = table_context.model, table_context.data
    expected = explained("occlusion", model, data, rows=[3])
    assert explained("occlusion", model, data, rows=3) == expected
    assert explained("occlusion", model, data, rows=np.array([3])) == expected
    arrays = Split(data.test.inputs.numpy(), data.test.truths.numpy())
    assert explained("occlusion", model, replace(data, test=arrays), rows=[3]) == expected


class Raises(torch.nn.Module):
    """Fails on more inputs than one, as a reshape gone wrong does."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def forward(self, inputs):
        if len(inputs) > self.most:
            raise RuntimeError("shape is invalid")
        return torch.zeros(len(inputs), 2, dtype=inputs.dtype)


@pytest.mark.parametrize(
    ("most", "who"),
    [
        (0, r"The model \(Raises\) cannot answer inputs of shape \(1, \d+\), float\d\d"),
        (1, 'explainer "kernel-shap", model Raises, item "test-00000"'),
    ],
)
def test_an_error_of_the_models_own_is_told_with_its_place_and_is_the_cause(most, who, table_context):
    with pytest.raises(ExplainersError, match=who) as caught:
        explained("kernel-shap", Raises(most), table_context.data)
    assert "RuntimeError: shape is invalid (" in str(caught.value)
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"drawer": "table"}, "The drawer is a str. Allowed: a drawer"),
        ({"rows": "3"}, "rows is '3'. Allowed: whole numbers from 0 to 19"),
        ({"rows": [1.5]}, r"rows is \[1.5\]. Allowed: whole numbers"),
        ({"parameters": ["samples"]}, "its parameters are a list. Allowed: a mapping"),
        ({"parameters": {"samples": "many"}}, "parameter \"samples\" is 'many'. Allowed: a whole number"),
    ],
)
def test_what_cannot_be_asked_is_told_at_once(how, told, table_context):
    from explainers.calling import explain

    with pytest.raises(BadParameters, match=told):
        explain("kernel-shap", table_context.model, table_context.data, **how)


def test_the_drawer_of_another_kind_and_other_data_are_refused(table_context):
    from dataclasses import replace

    from explainers.calling import TEXTS, explain
    from explainers.registry import build

    model, data = table_context.model, table_context.data
    with pytest.raises(BadParameters, match="draws data of kind image; these are of kind table. Allowed: "):
        explain("kernel-shap", model, data, drawer=build("drawer", "image", TEXTS))
    with pytest.raises(DataError, match=r"columns for 1 of `fields`"):
        explain("kernel-shap", model, replace(data, fields=data.fields[:1]))
    with pytest.raises(UnknownName, match="The name of an explainer is <class"):
        explain(Raises, model, data)


def test_an_explainer_that_leaves_an_item_out_is_told(table_context, monkeypatch):
    from explainers.methods.perturbation.occlusion import Occlusion

    explain = Occlusion.explain
    monkeypatch.setattr(Occlusion, "explain", lambda self, asked, context: explain(self, asked[:1], context))
    with pytest.raises(
        ExplainersError, match='"occlusion", .*, item "test-00005": it made nothing for this item'
    ):
        explained("occlusion", table_context.model, table_context.data, rows=[3, 5])


def test_what_is_no_function_is_no_model():
    from explainers.models.adapter import CallableModel

    with pytest.raises(BadParameters, match="predict is a list. Allowed: a function"):
        CallableModel([0.5, 0.5])


@pytest.mark.parametrize(
    ("gives", "outputs", "told"),
    [
        ("probabilities", [[0.5, 0.5]], "gave outputs of shape"),
        ("probabilities", [[0.5, float("nan")], [1, 0]], "not finite"),
        ("scores", [1.0, 2.0], 'one row for each input; for a model of one number say gives="numbers"'),
        ("probabilities", [[0.5, 0.5], [0.8, 0.8]], r"gave \[0.8, 0.8\], which add up to 1.6"),
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
    assert [line.split()[0] for line in told[1:]] == ["example-1", "example-2", "187312"]


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
