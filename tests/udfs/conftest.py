"""One profile of hypothesis for the engine: the same examples in every run, and no clock.

`pytest --hypothesis-profile=search` looks for new examples, and for more of them.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("engine", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_CALM)
settings.register_profile("search", deadline=None, max_examples=1500, suppress_health_check=_CALM)


def pytest_configure(config: pytest.Config) -> None:
    """The calm profile, unless the command line chose another."""
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("engine")
