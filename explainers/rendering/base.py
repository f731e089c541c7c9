"""What every drawer promises."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor


@dataclass(frozen=True)
class Drawer(ABC):
    """Turns inputs of one kind of data, and relevance over them, into bytes to be shown.

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
    def input(self, value: Tensor) -> bytes:
        """One input, as it is."""

    @abstractmethod
    def relevance(self, value: Tensor, relevance: Tensor) -> bytes:
        """One input, and over it relevance of the same shape, not below zero."""
