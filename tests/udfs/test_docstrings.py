"""The examples in the docstrings of the engine run and give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import counterask

MODULES = [found.name for found in pkgutil.iter_modules(counterask.__path__) if found.name != "functions"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"counterask.{name}")).failed == 0
