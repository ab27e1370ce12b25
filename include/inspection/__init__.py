"""The inspection of government websites and accounts; knows nothing of Airflow."""

VERSION = "0.1.0"
