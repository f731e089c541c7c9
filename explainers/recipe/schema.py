"""What a recipe may say. Paths are relative to the recipe's folder."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ..bundle.manifest import Dataset as Origin
from ..bundle.manifest import Name, Text
from ..bundle.rules import TARGETS
from ..errors import Steps, UnknownName, Wrong
from ..registry import require

OF_EVERY_BUNDLE = ("size", "leakage")  # checks that are always made, because they need nothing but the bundle


def _in_registry(kind: str) -> AfterValidator:
    """The name must be the registry's, or `module:Class` of the researcher's own, found beside the recipe."""

    def known(name: str) -> str:
        if ":" in name:
            return name
        if kind == "check" and name in OF_EVERY_BUNDLE:
            raise ValueError(
                f'"{name}" is measured of every bundle and needs no entry. Allowed: to leave it out.'
            )
        try:
            return require(kind, name)
        except UnknownName as error:
            raise ValueError(str(error)) from error

    return AfterValidator(known)


class Misfits(ValueError):
    """What does not fit together, each with the steps that lead to it from the part that says so."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(" ".join(one.message for one in wrong))
        self.wrong = tuple(wrong)


class Part(BaseModel):
    """A misspelt field is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dataset(Origin):
    """The data: whose they are, and how they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    file: Text
    reader: Annotated[str, _in_registry("reader")]
    parameters: dict[str, Any] = {}
    labels: tuple[Text, ...] = ()  # none where the truth is a number


class Training(Part):
    """How weights are made. The seed decides the first weights, the order of the data, and the noise."""

    seed: int = 0
    epochs: int = Field(default=10, ge=1)
    batch: int = Field(default=64, ge=1)
    learning_rate: float = Field(default=0.001, gt=0)
    noise: float = Field(default=0.0, ge=0)  # standard deviation, in units of the input


class Variation(Part):
    """What a model is not given when it learns: variants whose outputs differ in a known way."""

    without_fields: tuple[str, ...] = ()  # fields of a table that it never sees
    without_labels: tuple[str, ...] = ()  # classes that are left out of its training data
    noisy_labels: float = Field(default=0.0, ge=0, lt=1)  # share of training truths drawn anew
    only_first: int | None = Field(default=None, ge=1)  # how many training rows it gets


class Model(Part):
    """A model with its weights, model card and the quality that it must have.

    `weights` is empty for a model that brings its own, and so is `permuted` where there is no such twin.
    `accuracy_at_least` is the share of right outputs on held-out data, `r2_at_least` the share of variance
    explained of a number.
    """

    name: Name
    description: Text
    architecture: Annotated[str, _in_registry("architecture")]
    parameters: dict[str, Any] = {}
    weights: str = ""
    permuted: str = ""  # weights of the same model trained on permuted labels, for a check of explanations
    card: str = ""  # needed where there are weights
    accuracy_at_least: float = Field(default=0.0, ge=0, le=1)
    r2_at_least: float | None = Field(default=None, le=1)
    training: Training = Training()
    variation: Variation = Variation()

    @model_validator(mode="after")
    def _weights_have_a_card(self) -> "Model":
        if self.weights and not self.card:
            told = "names weights but no `card`: `train` writes it beside them, e.g. card: NAME.json."
            raise Misfits([Wrong(("weights",), told)])
        return self


class Pool(Part):
    """How many items that the model gets right, and wrong, go into a pool."""

    right: int = Field(default=0, ge=0)
    wrong: int = Field(default=0, ge=0)


class ItemUse(Part):
    """A maker of items with its settings."""

    maker: Annotated[str, _in_registry("items")]
    parameters: dict[str, Any] = {}


class Items(Part):
    """Which cases become items: held-out ones in pools, disjoint and filled in their order; then what makers make."""

    prefix: Name
    seed: int
    pools: dict[Name, Pool] = {}
    right_for: str = ""  # the model whose outputs decide; the first where empty
    makers: tuple[ItemUse, ...] = ()

    @model_validator(mode="after")
    def _there_are_some(self) -> "Items":
        if not self.pools and not self.makers:
            raise ValueError("needs `pools`, or `makers`, or both.")
        return self


class ExplainerUse(Part):
    """An explainer with its settings. The same method may be used twice under two names."""

    name: Name
    method: Annotated[str, _in_registry("explainer")]
    parameters: dict[str, Any] = {}
    seed: int = 0
    targets: tuple[str, ...] = ("predicted",)
    models: tuple[str, ...] = ()  # all of them where empty
    pools: tuple[str, ...] = ()  # the pools whose items it explains; all where empty

    @model_validator(mode="before")
    @classmethod
    def _method_is_named_like_it(cls, given: Any) -> Any:
        return {"method": given["name"], **given} if isinstance(given, dict) and "name" in given else given


class Rendering(Part):
    """The one drawer of the bundle and its settings."""

    drawer: Annotated[str, _in_registry("drawer")]
    parameters: dict[str, Any] = {}


class CheckUse(Part):
    """A check that is measured when the bundle is made."""

    name: Annotated[str, _in_registry("check")]
    parameters: dict[str, Any] = {}


class Budget(Part):
    """How much work the checks may do."""

    items: int = Field(default=24, ge=2)  # explanations looked at, drawn by seed, where not all can be
    layers: int = Field(default=6, ge=1)  # layers whose weights are drawn anew, one after the other
    draws: int = Field(default=10, ge=1)  # random draws for each explanation
    seed: int = 0


class Recipe(Part):
    """Everything that decides the bytes of a bundle, but for the versions of the packages."""

    schema_version: Literal[1]
    name: Name
    dataset: Dataset
    models: tuple[Model, ...] = Field(min_length=1)
    items: Items
    explainers: tuple[ExplainerUse, ...] = ()
    rendering: Rendering
    checks: tuple[CheckUse, ...] | None = None  # the standard ones, where left out
    budget: Budget = Budget()
    precision: Literal["single", "double"] = "double"

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Recipe":
        if wrong := list(self._misfits()):
            raise Misfits(wrong)
        return self

    def _misfits(self) -> Iterator[Wrong]:
        models = [model.name for model in self.models]
        targets = [*TARGETS, *(f"class:{label}" for label in self.dataset.labels)]
        yield from _twice("label", ("dataset", "labels"), self.dataset.labels)
        yield from _twice("model", ("models",), models)
        yield from _twice("explainer", ("explainers",), [use.name for use in self.explainers])
        right_for = [self.items.right_for or models[0]]
        yield from _strange("items.right_for", "model", ("items", "right_for"), right_for, models)
        for place, use in enumerate(self.explainers):
            who, steps = f'explainer "{use.name}"', ("explainers", place)
            yield from _strange(who, "model", (*steps, "models"), use.models, models)
            yield from _strange(who, "target", (*steps, "targets"), use.targets, targets)

    def models_of(self, use: ExplainerUse) -> tuple[str, ...]:
        """Names of the models that an explainer explains."""
        return use.models or tuple(model.name for model in self.models)


def _twice(what: str, steps: Steps, names: Sequence[str]) -> Iterator[Wrong]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Wrong((*steps, place), f'two {what}s are called "{name}"; each needs a name of its own.')


def _strange(
    who: str, what: str, steps: Steps, names: Sequence[str], known: Sequence[str]
) -> Iterator[Wrong]:
    for name in names:
        if name not in known:
            yield Wrong(steps, f'{who} names {what} "{name}". Known ones: {", ".join(known)}.')
