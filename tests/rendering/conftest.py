"""Every sample figure, as one fixture."""

from __future__ import annotations

import pytest

from symattn.core.figure import Figure
from tests.rendering.samples import SAMPLES


@pytest.fixture(params=SAMPLES, ids=str)
def figure(request: pytest.FixtureRequest) -> Figure:
    """Every sample in turn."""
    return SAMPLES[request.param]
