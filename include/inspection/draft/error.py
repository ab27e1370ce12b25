"""The one error of drafting: it names the file, the line, the field, the value and what to do."""

from __future__ import annotations

from include.inspection.model import Problem


class DraftError(ValueError):
    """A profile or a template that cannot be used, or a notice without a figure it must hold."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @classmethod
    def at(cls, file: str, line: int | None, reason: str, field: str = "", value: str = "") -> DraftError:
        return cls([Problem(file, line, field, value, reason)])
