"""Folders of quotes that the tests of the audit share, drawn once a session."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LONG = int(os.environ.get("COUNTERASK_AUDIT_FILES", "0"))
"""Files of the long mode; 0 for the bounded one."""


def _load(name: str) -> ModuleType:
    """A module beside the tests, also under pytest's importlib mode."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def folders() -> Any:
    """The module that makes folders."""
    return _load("folders")


@pytest.fixture(scope="session")
def templates(folders: Any) -> list[Any]:
    """The examples as several programs save them."""
    found: list[Any] = folders.templates(libreoffice=bool(LONG))
    return found


@pytest.fixture(scope="session")
def many(folders: Any, templates: list[Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder of quotes, some of them broken, and which are."""
    folder = tmp_path_factory.mktemp("quotes")
    return folder, folders.make_folder(folder, LONG or 140, made_of=templates)
