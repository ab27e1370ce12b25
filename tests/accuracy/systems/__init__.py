"""The described systems, one module a family."""

from __future__ import annotations

from tests.accuracy.systems import bought, modern, platforms, small, stations

SYSTEMS = (*stations.SYSTEMS, *platforms.SYSTEMS, *bought.SYSTEMS, *modern.SYSTEMS, *small.SYSTEMS)
