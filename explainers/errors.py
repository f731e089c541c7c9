"""The errors of this room. Each message says what is wrong, where, and what is allowed."""


class ExplainersError(Exception):
    """Something that the researcher can mend."""


class UnknownName(ExplainersError):
    """A registry has no such name."""


class BadParameters(ExplainersError):
    """An explainer, check, reader, architecture or drawer does not take these parameters."""


class RecipeError(ExplainersError):
    """The recipe cannot be followed."""


class DataError(ExplainersError):
    """The data or the weights are not what the recipe says."""


class ExportError(ExplainersError):
    """An export has no such answers, or they are not what its contract says."""
