"""One call for every explainer, from Python: explanations as stimuli that say where they come from.

from explainers.calling import explain

for stimulus in explain("kernel-shap", model, data, rows=[0, 1], seed=7):
    print(stimulus.item, stimulus.target, stimulus.checks)
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any

import torch
from torch import nn

from .answers import predict
from .base import Context, Explainer, Question, Shown
from .data.base import Case, Data
from .data.placing import in_precision
from .data.soundness import require_sound
from .draws import question_seed
from .errors import BadParameters
from .failures import about
from .models.weights import weights_bytes
from .registry import build, get_explainer
from .rendering.base import Drawer
from .shown import require_end, sound_answer

TEXTS = {
    "input_caption": "The case",
    "input_alt": "The case",
    "example_alt": "An example",
    "relevance_alt": "The same case with what mattered marked",
}


@dataclass(frozen=True)
class ExplainedStimulus:
    """One part of an explanation with its provenance: everything needed to make it again.

    `content` is a PNG or a JSON stimulus (docs/contracts.md); `model_sha256` is the hash of the model's weights
    as safetensors, empty for a model that has none; `seed` is None where nothing is random.
    """

    explainer: str
    version: str
    parameters: Mapping[str, Any]
    seed: int | None
    model_sha256: str
    item: str
    target: str
    output: str
    part: str
    content: bytes
    caption: str
    alt: str
    source_item: str
    checks: Mapping[str, float]


def explain(
    method: str,
    model: nn.Module,
    data: Data,
    rows: Sequence[int] | int = (0,),
    *,
    target: str = "predicted",
    parameters: Mapping[str, Any] | None = None,
    seed: int = 0,
    drawer: Drawer | None = None,
    others: Mapping[str, nn.Module] | None = None,
) -> Iterator[ExplainedStimulus]:
    """Explain a model's outputs for held-out rows of the data, one stimulus for each part.

    What is asked is checked at once; the explanations are made as they are taken.

    Parameters
    ----------
    method : a name of the registry (`python -m explainers list`), or `module:Class` of your own
    model : from inputs (N, …) to logits (N, labels) or numbers (N, 1); see `explainers.models.adapter`
    rows : numbers of rows of `data.test`, or one of them
    target : `predicted`, `runner-up`, `truth`, `class:LABEL` or `none`
    parameters : the explainer's, where they are not to be the defaults
    seed : of explainers that draw at random; the same seed gives the same bytes
    drawer : how things look; by default that of the data's kind
    others : further models, for explainers that compare or pool them

    Raises
    ------
    ExplainersError : the name, a parameter, or a kind of data or model that this explainer does not serve; data
        that are not as `Data` promises; or an error of the model's own, which is then the cause.
    """
    if not isinstance(model, nn.Module):
        raise BadParameters(
            f"The model is a {type(model).__name__}. Allowed: a torch module; "
            "explainers.models.adapter.CallableModel makes one of any function."
        )
    explainer = get_explainer(method, parameters)
    require_sound(data)
    if data.kind not in explainer.data_kinds:
        raise BadParameters(
            f'explainer "{method}" cannot explain data of kind {data.kind}. '
            f"Allowed: {', '.join(explainer.data_kinds)}."
        )
    places = _places(rows, len(data.test))
    if target not in ("predicted", "runner-up", "truth", "none") and not target.startswith("class:"):
        raise BadParameters(f'target is "{target}". Allowed: predicted, runner-up, truth, class:LABEL, none.')
    if drawer is not None:
        _require_drawer(drawer, data.kind)
    if not places:
        return iter(())
    data = in_precision(data, precision_of(model, data))
    cases = tuple(data.case(data.test, row, f"test-{row:05d}") for row in places)
    outputs = predict(model, data, data.test.rows(torch.tensor(places)))
    context = Context(
        model=model,
        data=data,
        cases=cases,
        predictions={case.item: output for case, output in zip(cases, outputs, strict=True)},
        drawer=drawer or build("drawer", data.kind, TEXTS),
        seed=seed,
        others=others or {},
        model_name=type(model).__name__,
    )
    asked = [
        Question(case, target, question_seed(seed, method, "model", target, case.item)) for case in cases
    ]
    return _stimuli(explainer, asked, context)


def _stimuli(
    explainer: Explainer, asked: Sequence[Question], context: Context
) -> Iterator[ExplainedStimulus]:
    weights = weights_bytes(context.model) if context.model.state_dict() else b""
    sha256 = hashlib.sha256(weights).hexdigest() if weights else ""
    who = f'explainer "{explainer.name}", model {type(context.model).__name__}'
    with about(who):
        answers = iter(explainer.explain(asked, context))
    for question in asked:
        case = question.case
        with about(f'{who}, item "{case.item}"'):
            answer = sound_answer(explainer, answers)
        output = context.predictions[case.item].label
        for shown in answer:
            yield _told(shown, case, question.target, output, sha256, explainer.name, explainer)
    with about(who):
        require_end(answers)


def _places(rows: Sequence[int] | int, count: int) -> list[int]:
    """Row numbers, from a list, an array or a single number."""
    try:
        places = [index(row) for row in (rows if hasattr(rows, "__iter__") else [rows])]
    except TypeError as error:
        raise BadParameters(f"rows is {rows!r}. Allowed: whole numbers from 0 to {count - 1}.") from error
    if strange := [row for row in places if not 0 <= row < count]:
        raise BadParameters(f"rows names {strange[0]}. Allowed: 0 to {count - 1}.")
    return places


def _require_drawer(drawer: Drawer, kind: str) -> None:
    """Refuse what is no drawer, and the drawer of another kind of data."""
    if not isinstance(drawer, Drawer):
        raise BadParameters(
            f"The drawer is a {type(drawer).__name__}. Allowed: a drawer, such as "
            f'build("drawer", "{kind}", {{…}}) of explainers.registry, or none for the usual one.'
        )
    if drawer.kind != kind:
        raise BadParameters(
            f"The drawer ({type(drawer).__name__}) draws data of kind {drawer.kind}; these are of kind {kind}. "
            "Allowed: a drawer of that kind, or none for the usual one."
        )


def precision_of(model: nn.Module, data: Data) -> torch.dtype:
    """The precision of the model's weights; of the data where it has none."""
    for weight in model.state_dict().values():
        if weight.is_floating_point():
            return weight.dtype
    return data.test.inputs.dtype if data.test.inputs.is_floating_point() else torch.float64


def _told(
    shown: Shown, case: Case, target: str, output: str, sha256: str, name: str, explainer: Any
) -> ExplainedStimulus:
    return ExplainedStimulus(
        explainer=name,
        version=explainer.version,
        parameters=explainer.parameters,
        seed=shown.seed,
        model_sha256=sha256,
        item=case.item,
        target=target,
        output=output,
        part=shown.part,
        content=shown.content,
        caption=shown.caption,
        alt=shown.alt,
        source_item=shown.source_item,
        checks=dict(shown.checks),
    )
