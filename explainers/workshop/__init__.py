"""A recipe with all that it names."""

from .cases import has_input
from .models import architecture_of, built
from .reading import read_data
from .workshop import Workshop, open_workshop

__all__ = ["Workshop", "architecture_of", "built", "has_input", "open_workshop", "read_data"]
