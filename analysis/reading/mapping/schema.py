"""What a mapping file may say."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _rising(ends: list[float]) -> list[float]:
    if ends[0] > ends[1]:
        raise ValueError(f"the lowest value comes first; {ends[0]:g} is above {ends[1]:g}")
    return ends


Value = str | int | float | bool
Names = dict[str, str]
Range = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_rising)]
Kind = Literal["text", "number", "boolean"]


class Part(BaseModel):
    """A part of a mapping: unknown keys are refused, numbers are finite, nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Bounds(Part):
    """Rows whose number lies within bounds, or whose value is not among some."""

    below: float | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    none_of: list[Value] | None = None


Conditions = dict[str, Value | list[Value] | Bounds]


class Derived(Part):
    """A column made from others by one of the rules of `analysis.reading.mapping.derive.RULES`."""

    column: str
    rule: str
    of: list[str] = Field(default_factory=list)
    by: list[str] = Field(default_factory=list, description="Rows alike in these columns are one group.")
    order: str | None = Field(default=None, description="For first and last: the column that orders rows.")
    where: Conditions = Field(default_factory=dict, description="Only these rows count.")
    values: list[Value] = Field(default_factory=list)
    number: float | None = None
    map: dict[Value, Value] = Field(default_factory=dict)
    table: str | None = Field(default=None, description="For people: the table that is summarised.")

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {
                key: [value] if key in ("of", "by") and isinstance(value, str) else value
                for key, value in given.items()
            }
        return given


class SourceTable(Part):
    """One CSV file, and what is done to its rows before anything else."""

    file: str = Field("", description="Relative to the folder that is read; empty for the one table given.")
    separator: str = Field(default=",", min_length=1, max_length=1, pattern=r'[^"\r\n]')
    duplicates: Literal["refuse", "drop-exact", "keep"] = "refuse"
    missing: dict[str, list[Value]] = Field(default_factory=dict)
    recode: dict[str, dict[Value, Value]] = Field(default_factory=dict)
    ranges: dict[str, Range] = Field(default_factory=dict)
    derive: list[Derived] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _a_name_is_a_file(cls, given: Any) -> Any:
        return {"file": given} if isinstance(given, str) else given


class Melt(Part):
    """Several columns of a row become several rows: `columns` is ours → (name of the new row → theirs)."""

    into: str = Field("question", description="The column that says which of them a new row is.")
    columns: dict[str, Names] = Field(min_length=1)


class Section(Part):
    """Rows of one table under our names."""

    table: str | None = None
    keep: Conditions = Field(default_factory=dict)
    melt: Melt | None = None
    columns: Names = Field(description="Ours: theirs.")
    values: dict[str, Value] = Field(default_factory=dict, description="Columns with one value in all rows.")
    kinds: dict[str, Kind] = Field(default_factory=dict, description="Of columns that are not standard.")
    missing: dict[str, list[Value]] = Field(default_factory=dict)
    ranges: dict[str, Range] = Field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Our names of all columns that the section has."""
        melted = [self.melt.into, *self.melt.columns] if self.melt else []
        return list(dict.fromkeys([*self.columns, *melted, *self.values]))

    def theirs(self, name: str) -> str:
        """Return what they call our column, for messages."""
        return self.columns.get(name, name)


class Catch(Part):
    """Which trials only check attention."""

    column: str = Field(description="Theirs.")
    values: list[Value] = Field(min_length=1)


class Trials(Section):
    """The table of trials."""

    confidence_scale: Literal["probability", "ordinal"] | None = None
    catch: Catch | None = None
    phase: str | None = Field(None, description="Keep the rows of this phase only.")


class Ratings(Section):
    """Answers to the items of one scale, one row per person and item."""

    instrument: str = "ratings"
    minimum: float
    maximum: float
    reverse: list[str] = Field(default_factory=list)
    subscales: dict[str, list[str]] = Field(default_factory=dict, description="Subscale: its questions.")

    @model_validator(mode="after")
    def _the_lowest_point_is_below_the_highest(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError(f"minimum {self.minimum:g} must be below maximum {self.maximum:g}")
        return self


class People(Section):
    """What is known of each participant, from a table with a row for each and from summaries of tables."""

    columns: Names = Field(default_factory=dict)
    derive: list[Derived] = Field(default_factory=list)


class Mapping(Part):
    """A mapping file, version 2."""

    schema_version: Literal[2] = 2
    title: str = ""
    tables: dict[str, SourceTable] = Field(default_factory=lambda: {"trials": SourceTable()}, min_length=1)
    trials: Trials
    ratings: list[Ratings] = Field(default_factory=list)
    participants: People = People()
    arms: list[str] = Field(default_factory=list, description="Their order; others follow as they appear.")
    plan: dict[str, Any]

    place: ClassVar[str] = "trials."  # where the rules for trials stand, as messages say it


class Unfolded(Mapping):
    """A mapping file, version 1, in the words of version 2: its rules for trials stand at the top."""

    place: ClassVar[str] = ""


class FlatMapping(Part):
    """A mapping file, version 1: one table, one row per trial."""

    schema_version: Literal[1] = 1
    title: str = ""
    columns: Names = Field(description="Ours: theirs.")
    confidence_scale: Literal["probability", "ordinal"] | None = None
    missing: dict[str, list[str | int | float]] = Field(default_factory=dict)
    ranges: dict[str, Range] = Field(default_factory=dict)
    phase: str | None = None
    plan: dict[str, Any]

    def as_version_2(self) -> Mapping:
        """Return the same mapping in the words of version 2, with double-logged rows kept."""
        named = ("columns", "confidence_scale", "missing", "ranges", "phase")
        return Unfolded(
            title=self.title,
            tables={"trials": SourceTable(duplicates="keep")},
            trials=Trials(**{name: getattr(self, name) for name in named}),
            plan=self.plan,
        )
