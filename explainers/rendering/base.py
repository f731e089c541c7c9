"""What every drawer promises."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..data.base import Case, Data


@dataclass(frozen=True)
class Drawer(ABC):
    """Turns cases of one kind of data, and relevance over them, into bytes to be shown.

    A bundle has one drawer, so that all its explainers look alike. Alternative texts are the same for
    every item: they cannot tell output or truth. Its dataclass fields are its parameters.
    """

    kind: ClassVar[str]

    input_caption: str
    input_alt: str
    example_alt: str
    relevance_alt: str

    @property
    @abstractmethod
    def normalisation(self) -> str:
        """How relevance becomes what is seen, in one sentence."""

    @abstractmethod
    def input(self, case: Case, data: Data) -> bytes:
        """One case, as it is."""

    @abstractmethod
    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        """One case, and over it relevance of the input's shape; its sign speaks for (+) or against (−)."""

    @abstractmethod
    def change(self, before: Case, after: Case, data: Data) -> bytes:
        """The case `after`, with what differs from `before` marked where the kind allows it."""
