"""The examples in the docstrings of the engine run and give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import counterask

MODULES = [found.name for found in pkgutil.walk_packages(counterask.__path__, "counterask.")]


def test_every_room_is_entered() -> None:
    assert {"counterask.functions", "counterask.pricing.liability", "counterask.pricing.price_index"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
