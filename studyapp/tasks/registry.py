"""The task kinds that are served: one line each."""

from __future__ import annotations

import functools
import pkgutil

from studyapp.errors import UnknownTask
from studyapp.tasks.base import Task

TASKS = {
    "forward-simulation": "studyapp.tasks.forward_simulation:ForwardSimulation",
}


@functools.cache
def get_task(kind: str) -> Task:
    """Return the task kind called `kind`; UnknownTask names the known ones."""
    if kind not in TASKS:
        raise UnknownTask(f"No task is called {kind!r}. Known ones: {', '.join(sorted(TASKS))}.")
    task: Task = pkgutil.resolve_name(TASKS[kind])()
    return task
