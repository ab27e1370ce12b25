"""What one DAG publishes and another waits for."""

from __future__ import annotations

from airflow.sdk import Asset

#: A round of availability probes is stored.
PROBES = Asset("inspection_probes")

#: The patrol of a day is published: warnings stand in the outbox.
DAILY_PATROL = Asset("inspection_daily_patrol")
