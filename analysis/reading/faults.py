"""What pydantic finds wrong with a file, as one sentence."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError


def first_fault(error: ValidationError, model: type[BaseModel], within: str = "") -> str:
    """Return the first thing that is wrong, with where it stands, which is below the key `within`."""
    fault = error.errors()[0]
    where = ".".join([*filter(None, [within]), *map(str, fault["loc"])]) or "the file"
    top = len(fault["loc"]) == 1
    if fault["type"] == "missing":
        needed = [name for name, field in model.model_fields.items() if field.is_required()]
        more = f". Needed keys: {', '.join(needed)}; allowed: {', '.join(model.model_fields)}" if top else ""
        return f"{where} is missing{more}"
    if fault["type"] == "extra_forbidden":
        return f"{where} is not a known key" + (
            f". Known ones: {', '.join(model.model_fields)}" if top else ""
        )
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
