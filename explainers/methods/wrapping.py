"""Explainers that are made of another explainer's explanations."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from ..base import Explainer, MapExplainer
from ..errors import BadParameters, ExplainersError
from ..registry import get_explainer
from ..rendering.base import Drawer


@dataclass(frozen=True, kw_only=True)
class Wrapping(Explainer):
    """An explainer that asks another one: `method` is its name in the registry, `settings` its parameters.

    It serves the data kinds that both serve, and its taxonomy has the scope and the access of the other one.
    """

    method: str
    settings: dict[str, Any] = field(default_factory=dict)

    needs_a_map: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.needs_a_map and not isinstance(self.wrapped, MapExplainer):
            raise BadParameters(
                f'{self.name} needs a method that gives each part of an input a relevance; "{self.method}" '
                "does not. Allowed: saliency, lime and the like."
            )
        kinds = tuple(kind for kind in type(self).data_kinds if kind in self.wrapped.data_kinds)
        if not kinds:
            served = ", ".join(self.wrapped.data_kinds)
            raise BadParameters(
                f"{self.name} serves data of kind {', '.join(type(self).data_kinds)}, "
                f'but its method "{self.method}" serves {served} only.'
            )
        theirs = {key: self.wrapped.taxonomy[key] for key in ("scope", "access")}
        tell(self, data_kinds=kinds, taxonomy=dict(type(self).taxonomy) | theirs)

    @cached_property
    def wrapped(self) -> Explainer:
        """The other explainer."""
        try:
            return get_explainer(self.method, self.settings)
        except ExplainersError as error:
            raise BadParameters(f"{self.name}: {error}") from error

    @property
    def of_map(self) -> MapExplainer:
        """The other explainer, where it is one of maps."""
        if not isinstance(self.wrapped, MapExplainer):
            raise BadParameters(f'{self.name}: "{self.method}" gives no relevance of an input\'s parts.')
        return self.wrapped

    @property
    def parts(self) -> tuple[str, ...]:
        return self.wrapped.parts

    def normalisation(self, drawer: Drawer) -> str:
        return self.wrapped.normalisation(drawer)

    @property
    def parameters(self) -> dict[str, Any]:
        return super().parameters | {"settings": self.wrapped.parameters}


def tell(explainer: Explainer, **facts: Any) -> None:
    """State facts of one explainer that its class cannot know, because they hang on its parameters."""
    for name, value in facts.items():
        object.__setattr__(explainer, name, value)  # the explainer itself is frozen
