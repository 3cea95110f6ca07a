"""Days and numbers as options: what is typed wrong is said in one sentence, in the same words for every command."""

from __future__ import annotations

from datetime import date, datetime

import click

from ..errors import CannotRun


class _Value(click.ParamType):
    """A value that is typed. `expected` says what it may be."""

    name = "value"
    expected = ""

    def refused(self, value: object, param: click.Parameter | None) -> CannotRun:
        """The error for what was typed."""
        option = f"{param.opts[0]}: " if param is not None else ""
        return CannotRun(f'{option}found "{value}", expected {self.expected}.')


class Day(_Value):
    """A day of the calendar, as 2025-12-31. Another order of day and month is refused, since it may mean two days."""

    name = "YYYY-MM-DD"
    expected = "a day such as 2025-12-31"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The day at midnight. Raises CannotRun for anything else."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d")
        except ValueError as error:
            raise self.refused(value, param) from error


class Number(_Value):
    """A number from `lowest` to `highest`. expected : what it may be, in words."""

    name = "number"

    def __init__(self, expected: str, lowest: float, highest: float) -> None:
        self.expected, self.lowest, self.highest = expected, lowest, highest

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Raises CannotRun for anything else."""
        try:
            found = float(str(value))
        except ValueError as error:
            raise self.refused(value, param) from error
        if not self.lowest <= found <= self.highest:  # false for NaN too
            raise self.refused(value, param)
        return found


class WholeNumber(_Value):
    """A whole number from `lowest` to `highest`; None for no end."""

    name = "whole number"

    def __init__(self, lowest: int, highest: int | None = None) -> None:
        self.lowest, self.highest = lowest, highest
        self.expected = (
            f"a whole number of at least {lowest}" if highest is None else f"a whole number from {lowest} to {highest}"
        )

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises CannotRun for anything else."""
        try:
            found = int(str(value))
        except ValueError as error:
            raise self.refused(value, param) from error
        if found < self.lowest or (self.highest is not None and found > self.highest):
            raise self.refused(value, param)
        return found


DAY = Day()


def day_not_to_come(day: date, option: str) -> date:
    """The day. Raises CannotRun where it is in the future of today."""
    if day > date.today():
        raise CannotRun(f"{option}: found {day}, expected no day after today ({date.today()}).")
    return day
